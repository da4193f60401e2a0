"""Is the service as documented? Harmless questions, each about one fact of docs/api.md.

::

    questions/   what is asked: data, a list for each concept
    question     what a question is, and what an answer to it is
    checks       pure: does this reply say what is documented?
    redact       the only words in which a reply may be spoken of
    run          asks, one a second, and ends when Amazon has had enough
    report       a file that can be posted in public

A reply is looked at and forgotten. What is said of it is made of our own words and of documented ones, never of its
values: so a report cannot give away whose library it was.
"""
