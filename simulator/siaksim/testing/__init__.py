"""What siaksim's pytest plugin is made of: a server in a subprocess, a world for each test.

Standard library HTTP only, and neither gevent nor Locust: both would change the user's process.
"""
