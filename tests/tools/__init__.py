"""What tests of several folders and the benchmarks use, and what a stranger may use for tests of their own."""
