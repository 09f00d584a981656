/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-settings.h"
#include "guard-client.h"
#include "guard-settings.h"
#include "placed-file.h"

#define UNITS      "/etc/systemd/system"
#define PORT       "/dev/virtio-ports/org.firn.guard.0"
#define HOOKS      "/usr/lib/firn/hooks.d"
#define LIST       "/usr/lib/firn/placed"
#define DPKG_LIST  "/var/lib/dpkg/info/firn-guest.list"
#define TEXT_BYTES 16384
#define COPIES_MAX 64

#define RUN(self, ...)                                                                             \
    ((self)->run == NULL ? 0 : (self)->run((const char *const[]){__VA_ARGS__, NULL}))

typedef struct Copy {
    char from[FIRN_PATH_BYTES];
    char to[FIRN_PATH_BYTES];
} Copy;

/* What is written with a mark, by which it is known again. */
static const struct {
    const char *name;
    const char *path;
} marked[] = {
    {"firn-guard.service", UNITS "/firn-guard.service"           },
    {"firn-port.service",  UNITS "/firn-port.service"            },
    {"70-firn-port.rules", "/etc/udev/rules.d/70-firn-port.rules"},
};

#define MARKED_COUNT (sizeof marked / sizeof *marked)

/* In this order; it is removed in the reverse one. */
typedef struct Plan {
    Copy copies[COPIES_MAX];
    size_t count;
} Plan;

static bool
exists(const FirnInstall *self, const char *path)
{
    char whole[FIRN_PATH_BYTES];

    return firn_paths_join(self->paths, path, whole, sizeof whole) && access(whole, F_OK) == 0;
}

static bool
is_packaged(const FirnInstall *self)
{
    return exists(self, DPKG_LIST) || (self->run != NULL && exists(self, "/usr/bin/rpm") &&
                                       RUN(self, "rpm", "--quiet", "-q", "firn-guest") == 0);
}

static bool
has_systemd(const FirnInstall *self)
{
    return self->run != NULL && exists(self, "/run/systemd/system");
}

static bool
plan_copy(const FirnInstall *self,
          Plan *plan,
          const char *name,
          const char *path,
          FirnReason *reason)
{
    Copy *copy = &plan->copies[plan->count];

    if (plan->count == COPIES_MAX ||
        snprintf(copy->from, sizeof copy->from, "%s/%s", self->source, name) >=
            (int)sizeof copy->from ||
        snprintf(copy->to, sizeof copy->to, "%s", path) >= (int)sizeof copy->to)
        return firn_reason_set(reason, "too many files, or a path is too long: %.100s", path);
    plan->count++;
    return true;
}

static bool
plan_hooks(const FirnInstall *self, Plan *plan, FirnReason *reason)
{
    char folder[FIRN_PATH_BYTES];
    DIR *hooks;
    struct dirent *entry;
    bool is_planned = true;

    snprintf(folder, sizeof folder, "%s/hooks.d", self->source);
    hooks = opendir(folder);
    if (hooks == NULL)
        return firn_reason_set(reason, "%.200s: %s", folder, strerror(errno));
    while (is_planned && (entry = readdir(hooks)) != NULL) {
        char name[sizeof "hooks.d/" + 256];
        char path[sizeof HOOKS "/" + 256];

        if (*entry->d_name == '.')
            continue;
        snprintf(name, sizeof name, "hooks.d/%s", entry->d_name);
        snprintf(path, sizeof path, HOOKS "/%s", entry->d_name);
        is_planned = plan_copy(self, plan, name, path, reason);
    }
    closedir(hooks);
    return is_planned;
}

static bool
make_plan(const FirnInstall *self, Plan *plan, FirnReason *reason)
{
    const char *called = firn_agent_settings_get_hook(self->paths, self->hook);

    plan->count = 0;
    return plan_copy(self, plan, "firn-hook", self->hook, reason) &&
           (strcmp(called, self->hook) == 0 ||
            plan_copy(self, plan, "firn-hook", called, reason)) &&
           plan_copy(self, plan, "firn-guard", self->guard, reason) &&
           plan_copy(self, plan, "firn-port", self->port, reason) && plan_hooks(self, plan, reason);
}

static bool
write_list(const FirnInstall *self, const Plan *plan, FirnReason *reason)
{
    static char text[COPIES_MAX * FIRN_PATH_BYTES];
    size_t length = 0;

    for (size_t i = 0; i < plan->count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\n", plan->copies[i].to);
    return firn_placed_file_write(self->paths, LIST, text, reason);
}

static bool
copy_planned(const FirnInstall *self, const Plan *plan, FirnReason *reason)
{
    for (size_t i = 0; i < plan->count; i++) {
        const Copy *copy = &plan->copies[i];
        struct stat found;

        if (stat(copy->from, &found) != 0)
            return firn_reason_set(reason, "%.200s: %s", copy->from, strerror(errno));
        if (!firn_placed_file_copy(self->paths,
                                   copy->from,
                                   copy->to,
                                   (found.st_mode & S_IXUSR) != 0 ? 0755 : 0644,
                                   reason))
            return false;
    }
    return true;
}

static bool
read_file(const char *path, char *text, size_t room, FirnReason *reason)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_text = file >= 0 && firn_read_text(file, text, room);

    if (file >= 0)
        close(file);
    return is_text || firn_reason_set(reason, "%s cannot be read", path);
}

static bool
place_marked(const FirnInstall *self, FirnReason *reason)
{
    bool is_placed = true;

    for (size_t i = 0; is_placed && i < MARKED_COUNT; i++) {
        char path[FIRN_PATH_BYTES + 32];
        char text[TEXT_BYTES];

        snprintf(path, sizeof path, "%s/%s", self->source, marked[i].name);
        is_placed = read_file(path, text, sizeof text, reason) &&
                    firn_placed_file_write(self->paths, marked[i].path, text, reason);
    }
    return is_placed;
}

/* One that has become another's is left alone. */
static bool
remove_marked(const FirnInstall *self, FirnReason *reason)
{
    bool is_removed = true;

    for (size_t i = 0; is_removed && i < MARKED_COUNT; i++)
        is_removed = firn_placed_file_find(self->paths, marked[i].path) != FIRN_PLACED_OURS ||
                     firn_placed_file_remove(self->paths, marked[i].path, reason);
    return is_removed;
}

/* The list comes first: whatever happens then, firn_uninstall() knows all that may be there. */
static bool
copy_all(const FirnInstall *self, FirnReason *reason)
{
    static Plan plan;

    return make_plan(self, &plan, reason) && write_list(self, &plan, reason) &&
           copy_planned(self, &plan, reason) && place_marked(self, reason);
}

static bool
is_in_place(const FirnInstall *self)
{
    size_t length = strlen(self->source);

    return strncmp(self->hook, self->source, length) == 0 && self->hook[length] == '/' &&
           strchr(self->hook + length + 1, '/') == NULL;
}

static unsigned
tell_failure(const FirnReason *reason, FILE *out)
{
    fprintf(out, "%s\n", reason->text);
    return FIRN_EXIT_CONFIG;
}

static bool
restart_agent(const FirnInstall *self)
{
    return RUN(self, "systemctl", "daemon-reload") == 0 &&
           RUN(self, "systemctl", "try-restart", "qemu-guest-agent.service") == 0;
}

/* udev starts firn-port where the port is; but systemd ignores a wish that it has heard before. */
static void
serve_port(const FirnInstall *self)
{
    RUN(self, "udevadm", "control", "--reload");
    RUN(self, "udevadm", "trigger", "--action=add", "--subsystem-match=virtio-ports");
    RUN(self, "udevadm", "settle");
    if (exists(self, PORT))
        RUN(self, "systemctl", "restart", "firn-port.service");
}

static bool
start(const FirnInstall *self, FirnReason *reason)
{
    const char *called = firn_agent_settings_get_hook(self->paths, self->hook);

    if (strcmp(called, self->hook) != 0 && exists(self, "/usr/sbin/restorecon"))
        RUN(self, "restorecon", called);
    if (RUN(self, "systemctl", "daemon-reload") != 0 ||
        RUN(self, "systemctl", "enable", "firn-guard.service") != 0 ||
        RUN(self, "systemctl", "restart", "firn-guard.service") != 0)
        return firn_reason_set(reason, "firn-guard.service does not start");
    serve_port(self);
    return restart_agent(self) ||
           firn_reason_set(reason, "qemu-guest-agent.service does not start");
}

/* Of another system no guard can be asked, and without one nothing is armed. */
static bool
check_idle(const FirnInstall *self, FirnReason *reason)
{
    static FirnClientReply reply;

    if (self->run == NULL || !firn_client_ask(self->paths, "status", NULL, &reply, NULL) ||
        strstr(reply.text, "\"state\": \"idle\", \"busy\": false") != NULL)
        return true;
    return firn_reason_set(reason, "the guest may be frozen: thaw it first");
}

unsigned
firn_install(const FirnInstall *self, FILE *out)
{
    const char *called = firn_agent_settings_get_hook(self->paths, self->hook);
    FirnReason reason = {""};

    if (is_packaged(self)) {
        fputs("the package firn-guest has installed all of it\n", out);
        return FIRN_EXIT_OK;
    }
    if (!check_idle(self, &reason) || (!is_in_place(self) && !copy_all(self, &reason)) ||
        !firn_agent_settings_place(self->paths, called, out, &reason) ||
        (has_systemd(self) && !start(self, &reason)))
        return tell_failure(&reason, out);
    if (!has_systemd(self))
        fputs("restart qemu-ga: then it calls firn-hook\n", out);
    return FIRN_EXIT_OK;
}

/* The last one first: firn-hook is the first that was copied. */
static bool
remove_listed(const FirnInstall *self, FirnReason *reason)
{
    char path[FIRN_PATH_BYTES];
    char text[TEXT_BYTES];
    size_t mark = strlen(FIRN_PLACED_MARK);
    char *line;

    if (firn_placed_file_find(self->paths, LIST) != FIRN_PLACED_OURS)
        return true;
    if (!firn_paths_join(self->paths, LIST, path, sizeof path) ||
        !read_file(path, text, sizeof text, reason))
        return false;
    while (strlen(text) > mark) {
        text[strlen(text) - 1] = '\0';
        line = strrchr(text, '\n') + 1;
        if (!is_packaged(self) && !firn_placed_file_remove(self->paths, line, reason))
            return false;
        *line = '\0';
    }
    return firn_placed_file_remove(self->paths, LIST, reason);
}

static bool
remove_programs(const FirnInstall *self, FirnReason *reason)
{
    bool is_ours = firn_placed_file_find(self->paths, marked[0].path) == FIRN_PLACED_OURS;

    if (is_ours && !is_packaged(self) && has_systemd(self)) {
        RUN(self, "systemctl", "disable", "--now", "firn-guard.service");
        RUN(self, "systemctl", "stop", "firn-port.service");
    }
    if (!remove_marked(self, reason) || !remove_listed(self, reason))
        return false;
    if (has_systemd(self))
        RUN(self, "systemctl", "daemon-reload");
    /* Hooks of an administrator stay, and keep their folders. */
    firn_placed_file_remove(self->paths, HOOKS, NULL);
    firn_placed_file_remove(self->paths, "/usr/lib/firn", NULL);
    return true;
}

unsigned
firn_uninstall(const FirnInstall *self, FILE *out)
{
    FirnReason reason = {""};
    unsigned removed = 0;

    if (!check_idle(self, &reason) ||
        !firn_agent_settings_remove(self->paths, out, &removed, &reason))
        return tell_failure(&reason, out);
    if (has_systemd(self) && !restart_agent(self)) {
        firn_reason_set(&reason, "qemu-guest-agent.service does not start: firn-hook stays");
        return tell_failure(&reason, out);
    }
    /* One that runs still calls it. */
    if (removed > 0 && self->run != NULL && !has_systemd(self)) {
        firn_reason_set(&reason, "restart qemu-ga, then call firn-hook uninstall again");
        return tell_failure(&reason, out);
    }
    if (!remove_programs(self, &reason))
        return tell_failure(&reason, out);
    fputs("removed\n", out);
    return FIRN_EXIT_OK;
}
