"""Machines that share the work: a NATS server, invitations, nodes, and how far each is trusted."""
