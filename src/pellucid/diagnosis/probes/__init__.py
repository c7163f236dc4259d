"""Short experiments on copies of the network, run when a rule asks for one."""
