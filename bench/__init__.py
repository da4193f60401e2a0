"""What ``make bench`` runs: our figures against yardsticks in the same run, and a bar for each.

::

    __main__     the command
    figure       what a figure, its rows and their bars are
    table        the table, on the terminal and in docs/performance.md
    workshop     a temporary folder, sizes, rounds, and A B A B
    children     work in a process of its own, with its peak memory
    clients      our client, as every figure uses it
    machine      what the results depend on

    starting     importing, the emulator's invented library
    parsing      the filter language
    pages        page bytes -> DataFrame, and listing (library, served: where the pages come from)
    catalogue    ap.parquet with a million rows (rows: where they come from)
    commands     whole commands: their start, their rows, their memory
    transfers    many small files and few large ones, against nginx (nginx) and a native sink (sink)
                 (transfer_rows: their rows and bars)
    tls          the same over TLS, by a certificate of the run (certificates)
    memory       ten times as many files, and the commands as whole processes
    rivals       curl, rclone, httpx, aiohttp and md5sum doing the same
    reruns       hashing, a second upload, planning

    profile      a command of its own: where the time and memory of one transfer go (watching: the process it looks at)

Nothing here is part of the package. All data is made on the spot and removed at the end.
"""
