"""The control API and the mailbox, one small blueprint for each part."""
