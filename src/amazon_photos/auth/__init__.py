"""Who you are: sessions, where they come from, how they are kept, and when they are renewed. No HTTP.

::

    precedence ─┬─ credentials ── cookie_formats ── curl_command     cookies that were given
                ├─ cookie_command                                    … that a command prints
                └─ session_store ─┬─ profiles, profile_lock          … of a profile that was signed in:
                                  ├─ system_keyring                      in the keyring,
                                  └─ files.private                       or in a file of the owner's
    browsers ── firefox, chromium                                    signing in: out of a browser,
    registration                                                         or by registering this device (wire.sign_in)
    saved_session                                                    one kind of session, however it was made
    renewal                                                          when it is renewed, and how
    cookie_auth ── hosts, redaction                                  which request carries what; what is hidden
"""
