/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json-text.h"
#include "protocol.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"
#define N_KEPT       8
#define N_SEEN       64
#define NO_LIMIT     ((size_t)-1 / 2)

static void
write_field(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    firn_json_text_write(out, text, NO_LIMIT);
}

void
firn_failure_write(FILE *out, const FirnFailure *failure, size_t most)
{
    fprintf(out, "{\"code\": %u", failure->code);
    write_field(out, ", \"reason\": ", firn_exit_get_name(failure->code));
    if (*failure->hook != '\0') {
        write_field(out, ", \"hook\": ", failure->hook);
        write_field(out, ", \"phase\": ", failure->phase);
    }
    fputs(", \"message\": ", out);
    firn_json_text_write(out, failure->reason.text, most);
    fputc('}', out);
}

static void
write_deadman(FILE *out, const FirnReport *report)
{
    fprintf(out,
            " \"deadman\": {\"timeout_s\": %u, \"armed\": %s, \"fired\": %s, \"fired_after_ms\": "
            "%lld},\n \"file_systems\": [",
            report->timeout_s,
            report->was_armed ? "true" : "false",
            report->fired_after_ms >= 0 ? "true" : "false",
            report->fired_after_ms >= 0 ? (long long)report->fired_after_ms : 0);
    for (size_t i = 0; i < report->n_results; i++) {
        const FirnThawResult *result = &report->results[i];

        write_field(out, i == 0 ? "\n  {\"mount\": " : ",\n  {\"mount\": ", result->path);
        write_field(out, ", \"device\": ", result->device);
        write_field(out, ", \"type\": ", result->type);
        write_field(out, ", \"deadman\": ", firn_thaw_state_get_name(result->state));
        fputc('}', out);
    }
    fputs("],\n", out);
}

static void
write_uncovered(FILE *out, const FirnMounts *mounts)
{
    const char *before = "\n  {\"mount\": ";

    fputs(" \"uncovered\": [", out);
    for (size_t i = 0; i < mounts->count; i++) {
        const FirnMount *mount = &mounts->mounts[i];

        if (mount->kind != FIRN_MOUNT_UNCOVERED)
            continue;
        write_field(out, before, mount->path);
        fprintf(out, ", \"device\": \"%u:%u\"", mount->major, mount->minor);
        write_field(out, ", \"type\": ", mount->type);
        fputc('}', out);
        before = ",\n  {\"mount\": ";
    }
    fputs("],\n", out);
}

/* Lines "key=value". */
static void
write_data(FILE *out, const char *data)
{
    const char *before = "";

    fputs(", \"data\": {", out);
    while (*data != '\0') {
        size_t key = strcspn(data, "=");
        size_t line = strcspn(data, "\n");

        fputs(before, out);
        firn_json_text_write(out, data, key);
        fputs(": ", out);
        firn_json_text_write(out, data + key + 1, line - key - 1);
        data += line + 1;
        before = ", ";
    }
    fputs("}}", out);
}

static void
write_run(FILE *out, const FirnHookRun *run)
{
    const FirnHook *hook = run->hook;

    write_field(out, "{\"name\": ", hook->name);
    write_field(out, ", \"source\": ", hook->source);
    fprintf(out,
            ", \"mode\": \"%s\", \"critical\": %s",
            hook->conf.mode == FIRN_MODE_SESSION ? "session" : "oneshot",
            hook->conf.is_critical ? "true" : "false");
    write_field(out, ", \"level\": ", firn_level_get_name(firn_hook_run_get_level(run)));
    write_field(out, ",\n   \"result\": ", firn_hook_result_get_name(run->result));
    write_field(out, ", \"phase\": ", run->phase);
    fprintf(out,
            ", \"exit\": %d, \"prepare_ms\": %u, \"freeze_ms\": %u, \"hold_ms\": %u, \"thaw_ms\": "
            "%u,\n  ",
            run->exit,
            run->prepare_ms,
            run->freeze_ms,
            run->hold_ms,
            run->thaw_ms);
    write_field(out,
                " \"message\": ",
                *run->reason.text != '\0' ? run->reason.text : run->output.message);
    write_data(out, run->output.data);
}

void
firn_report_write(FILE *out, const FirnReport *report, const char *boot_id)
{
    write_field(out, "{\"schema\": 1, \"token\": ", report->token);
    write_field(out, ", \"boot_id\": ", boot_id);
    write_field(out, ",\n \"state\": ", report->state);
    write_field(out, ", \"level\": ", report->level);
    fputs(", \"failure\": ", out);
    if (report->failure->code != 0)
        firn_failure_write(out, report->failure, NO_LIMIT);
    else
        fputs("null", out);
    fputs(",\n", out);
    write_deadman(out, report);
    write_uncovered(out, report->mounts);
    fputs(" \"hooks\": [", out);
    for (size_t i = 0; i < report->n_runs; i++) {
        fputs(i == 0 ? "\n  " : ",\n  ", out);
        write_run(out, &report->runs[i]);
    }
    fputs("]}\n", out);
}

static void
read_boot_id(char *text, size_t room)
{
    int file = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, room - 1);

    if (file >= 0)
        close(file);
    text[got < 0 ? 0 : got] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static bool
store_as(const FirnReport *report, int folder, const char *name)
{
    int file = openat(folder, ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    char boot_id[64];
    bool is_written;

    if (out == NULL) {
        if (file >= 0)
            close(file);
        return false;
    }
    read_boot_id(boot_id, sizeof boot_id);
    firn_report_write(out, report, boot_id);
    is_written = !ferror(out);
    return fclose(out) == 0 && is_written && renameat(folder, ".new", folder, name) == 0;
}

static bool
is_report(const char *name)
{
    size_t length = strlen(name);

    return strncmp(name, "report-", 7) == 0 && length > 12 && length < 96 &&
           strcmp(name + length - 5, ".json") == 0;
}

/* Of more than N_KEPT, the oldest. */
static bool
find_oldest(int folder, char *oldest, size_t room)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    struct timespec least = {0, 0};
    unsigned count = 0;

    while (list != NULL && (entry = readdir(list)) != NULL) {
        struct stat found;

        if (!is_report(entry->d_name) || fstatat(folder, entry->d_name, &found, 0) != 0)
            continue;
        if (count++ == 0 || found.st_mtim.tv_sec < least.tv_sec ||
            (found.st_mtim.tv_sec == least.tv_sec && found.st_mtim.tv_nsec < least.tv_nsec)) {
            snprintf(oldest, room, "%.120s", entry->d_name);
            least = found.st_mtim;
        }
    }
    if (list != NULL)
        closedir(list);
    else if (copy >= 0)
        close(copy);
    return count > N_KEPT;
}

bool
firn_report_store(const FirnReport *report, const char *folder)
{
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char name[128];
    bool is_stored;

    if (file < 0)
        return false;
    is_stored = store_as(report, file, "last.json");
    if (is_stored && *report->token != '\0') {
        snprintf(name, sizeof name, "report-%s.json", report->token);
        is_stored = store_as(report, file, name);
        for (unsigned i = 0; i < N_SEEN && find_oldest(file, name, sizeof name); i++)
            unlinkat(file, name, 0);
    }
    close(file);
    return is_stored;
}
