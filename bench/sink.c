/* The smallest server that uploads can be measured against: reads a body, computes its MD5 (RFC 1321), and answers
 * with the node that Amazon would make of it. A GET is answered by the page given. One thread for each connection.
 *
 *     sink PORT PAGE
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 18, HEAD = 1 << 16 };

/* --- MD5 --------------------------------------------------------------------------------------------------------- */

struct md5 { uint32_t state[4]; uint64_t length; unsigned char rest[64]; };

static uint32_t sines[64];

static inline __attribute__((always_inline)) uint32_t step(uint32_t mixed, uint32_t a, uint32_t b, uint32_t word,
                                                           int number, int turn) {
    uint32_t sum = a + mixed + word + sines[number];
    return b + (sum << turn | sum >> (32 - turn));
}

static void md5_blocks(struct md5 *m, const unsigned char *data, size_t count) {
    static const int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = m->state[0], b = m->state[1], c = m->state[2], d = m->state[3];
    for (; count; count--, data += 64) {
        uint32_t words[16], a0 = a, b0 = b, c0 = c, d0 = d, next;
        memcpy(words, data, 64);
#define ROUND(number, mix, place)                                                                      \
    _Pragma("GCC unroll 16") for (int i = 0; i < 16; i++) {                                            \
        next = step(mix, a, b, words[(place) & 15], 16 * number + i, turns[number][i & 3]);            \
        a = d, d = c, c = b, b = next;                                                                 \
    }
        ROUND(0, d ^ (b & (c ^ d)), i)
        ROUND(1, c ^ (d & (b ^ c)), 5 * i + 1)
        ROUND(2, b ^ c ^ d, 3 * i + 5)
        ROUND(3, c ^ (b | ~d), 7 * i)
        a += a0, b += b0, c += c0, d += d0;
    }
    m->state[0] = a, m->state[1] = b, m->state[2] = c, m->state[3] = d;
}

static void md5_begin(struct md5 *m) {
    *m = (struct md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

static void md5_add(struct md5 *m, const unsigned char *data, size_t size) {
    size_t held = m->length % 64;
    m->length += size;
    if (held) {
        size_t part = size < 64 - held ? size : 64 - held;
        memcpy(m->rest + held, data, part);
        data += part, size -= part;
        if (held + part < 64) return;
        md5_blocks(m, m->rest, 1);
    }
    md5_blocks(m, data, size / 64);
    memcpy(m->rest, data + size / 64 * 64, size % 64);
}

static void md5_text(struct md5 *m, char *text) {
    uint64_t bits = m->length * 8;
    unsigned char padding[72] = {0x80};
    size_t size = (119 - m->length % 64) % 64 + 1;
    md5_add(m, padding, size);
    md5_add(m, (unsigned char *)&bits, 8);
    for (int i = 0; i < 16; i++) sprintf(text + 2 * i, "%02x", m->state[i / 4] >> i % 4 * 8 & 255);
}

/* --- HTTP --------------------------------------------------------------------------------------------------------- */

static char *page;
static size_t page_size;
static atomic_long uploads;

static void send_all(int to, const char *data, size_t size) {
    while (size) {
        ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return;
        data += sent, size -= sent;
    }
}

static void answer(int to, const char *status, const char *body, size_t size) {
    char head[256];
    int length = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                                             "Content-Length: %zu\r\n\r\n", status, size);
    char whole[8192];
    if (length + size > sizeof whole) {
        send_all(to, head, length);
        send_all(to, body, size);
        return;
    }
    memcpy(whole, head, length);
    memcpy(whole + length, body, size);
    send_all(to, whole, length + size);
}

/* The value of a header or of a parameter of the address; "" if it is not there. */
static void value(const char *text, const char *name, const char *ends, char *found, size_t room) {
    const char *at = strcasestr(text, name);
    size_t size = at ? strcspn(at + strlen(name), ends) : 0;
    if (size >= room) size = room - 1;
    if (at) memcpy(found, at + strlen(name), size);
    found[size] = 0;
}

/* Of a file, the address says name and parent; of a folder, the JSON in the body, of which ``json`` is the beginning. */
static void answer_node(int to, const char *line, const char *json, struct md5 *digest) {
    char name[512], parent[64], text[33], body[2048];
    value(line, "name=", "& ", name, sizeof name);
    value(line, "parentNodeId=", "& ", parent, sizeof parent);
    int is_file = *name != 0;
    if (!is_file) {
        value(json, "\"name\":\"", "\"", name, sizeof name);
        value(json, "\"parents\":[\"", "\"", parent, sizeof parent);
    }
    uint64_t length = digest->length;
    md5_text(digest, text);
    int size = snprintf(body, sizeof body,
        "{\"id\":\"bench%017ld\",\"name\":\"%s\",\"kind\":\"%s\",\"status\":\"AVAILABLE\",\"version\":1,"
        "\"ownerId\":\"BENCH\",\"parents\":[\"%s\"],\"createdDate\":\"2024-01-01T00:00:00.000Z\","
        "\"modifiedDate\":\"2024-01-01T00:00:00.000Z\",\"contentProperties\":{\"size\":%lu,\"md5\":\"%s\","
        "\"contentType\":\"image/jpeg\",\"extension\":\"jpg\",\"version\":1}}",
        atomic_fetch_add(&uploads, 1), name, is_file ? "FILE" : "FOLDER", parent, length, text);
    answer(to, "201 Created", body, size);
}

/* Reads until the end of a request's head; how many bytes there are, or 0 at the end of the connection. */
static size_t read_head(int from, char *buffer, size_t there, size_t *head) {
    for (;;) {
        char *end = memmem(buffer, there, "\r\n\r\n", 4);
        if (end) {
            *head = end + 4 - buffer;
            end[2] = 0;
            return there;
        }
        ssize_t got = there < HEAD ? recv(from, buffer + there, BLOCK - there, 0) : 0;
        if (got <= 0) return 0;
        there += got;
    }
}

static void *serve(void *argument) {
    int peer = (int)(intptr_t)argument;
    char *buffer = malloc(BLOCK + 1), text[64];
    size_t there = 0, head;
    while ((there = read_head(peer, buffer, there, &head))) {
        char *line = strndup(buffer, strcspn(buffer, "\r"));
        value(buffer, "\ncontent-length: ", "\r", text, sizeof text);
        uint64_t left = strtoull(text, NULL, 10);
        value(buffer, "\nexpect: ", "\r", text, sizeof text);
        if (*text) send_all(peer, "HTTP/1.1 100 Continue\r\n\r\n", 25);
        struct md5 digest;
        md5_begin(&digest);
        char json[1024];
        size_t kept = 0;
        size_t start = head;
        while (left) {
            ssize_t got = there - start;
            if (!got) {
                start = 0;
                got = there = recv(peer, buffer, left < BLOCK ? left : BLOCK, 0);
                if (got <= 0) goto end;
            }
            if ((uint64_t)got > left) got = left;
            md5_add(&digest, (unsigned char *)buffer + start, got);
            for (ssize_t i = 0; i < got && kept < sizeof json - 1; i++) json[kept++] = buffer[start + i];
            start += got, left -= got;
        }
        json[kept] = 0;
        memmove(buffer, buffer + start, there - start);
        there -= start;
        if (!strncmp(line, "GET ", 4)) answer(peer, "200 OK", page, page_size);
        else answer_node(peer, line, json, &digest);
        free(line);
    }
end:
    close(peer);
    free(buffer);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    for (int i = 0; i < 64; i++) sines[i] = (uint32_t)(4294967296.0 * fabs(sin(i + 1)));
    FILE *file = fopen(arguments[2], "rb");
    page = malloc(HEAD);
    page_size = file ? fread(page, 1, HEAD, file) : 0;
    signal(SIGPIPE, SIG_IGN);
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1024)) return 1;
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) continue;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)peer)) close(peer);
        else pthread_detach(thread);
    }
}
