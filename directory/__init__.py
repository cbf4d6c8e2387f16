"""A directory of providers of AI-agent systems, in which every figure carries its evidence."""
