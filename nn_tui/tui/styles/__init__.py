"""How everything looks: the themes with every colour there is, and the shared classes."""
