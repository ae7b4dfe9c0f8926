"""Free text: learned given what is known of it, written anew, with nobody's words in it."""
