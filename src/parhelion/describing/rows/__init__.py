"""How rows are made, judged and kept, until there are as many as were asked for."""
