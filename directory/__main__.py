"""`python -m directory` is the same as `directory`."""

from directory.commands import main

main(prog_name="directory")
