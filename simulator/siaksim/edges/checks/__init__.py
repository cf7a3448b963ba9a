"""The steps of `siaksim check`: what is played, how it is played, what is shown meanwhile."""
