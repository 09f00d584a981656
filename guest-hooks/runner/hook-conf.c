/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-conf.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key-value.h"

#define MOST_SECONDS 3600
#define OWN_PREFIX   "Set."

static const char *const enabled_words[] = {"auto", "yes", "no", NULL};
static const char *const mode_words[] = {"oneshot", "session", NULL};
static const char *const critical_words[] = {"no", "yes", NULL};
static const char *const level_words[] = {"none", "flushed", "app", NULL};

static bool
take_text(const char *value, char *out, size_t room, FirnReason *reason)
{
    if (strlen(value) >= room)
        return firn_reason_set(reason, "\"%.40s...\" is too long", value);
    strcpy(out, value);
    return true;
}

static bool
is_detectable(const char *word)
{
    return strncmp(word, "socket:/", 8) == 0 || strncmp(word, "program:", 8) == 0 ||
           strncmp(word, "unit:", 5) == 0 || strncmp(word, "setting:", 8) == 0;
}

static bool
take_detect(const char *value, FirnHookConf *self, FirnReason *reason)
{
    char words[sizeof self->detect];
    char *rest = words;
    char *word;

    if (!take_text(value, self->detect, sizeof self->detect, reason))
        return false;
    strcpy(words, value);
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0' && !is_detectable(word))
            return firn_reason_set(
                reason,
                "\"%s\" is not socket:PATH, program:NAME, unit:NAME or setting:NAME",
                word);
    return true;
}

static bool
take_choice(const char *key, const char *value, FirnHookConf *self, FirnReason *reason)
{
    unsigned position = 0;
    bool is_known = true;

    if (strcmp(key, "Enabled") == 0) {
        is_known = firn_key_value_choice(value, enabled_words, &position, reason);
        self->enabled = (FirnEnabled)position;
    } else if (strcmp(key, "Mode") == 0) {
        is_known = firn_key_value_choice(value, mode_words, &position, reason);
        self->mode = (FirnMode)position;
    } else if (strcmp(key, "Critical") == 0) {
        is_known = firn_key_value_choice(value, critical_words, &position, reason);
        self->is_critical = position == 1;
    } else if (strcmp(key, "Level") == 0) {
        is_known = firn_key_value_choice(value, level_words, &position, reason);
        self->level = (FirnLevel)position;
    } else {
        return firn_reason_set(reason, "there is no setting %s", key);
    }
    return is_known;
}

static bool
take(const char *key, const char *value, void *data, FirnReason *reason)
{
    FirnHookConf *self = data;

    if (strcmp(key, "PrepareTimeoutSec") == 0)
        return firn_key_value_number(value, 1, MOST_SECONDS, &self->prepare_s, reason);
    if (strcmp(key, "FreezeTimeoutSec") == 0)
        return firn_key_value_number(value, 1, MOST_SECONDS, &self->freeze_s, reason);
    if (strcmp(key, "ThawTimeoutSec") == 0)
        return firn_key_value_number(value, 1, MOST_SECONDS, &self->thaw_s, reason);
    if (strcmp(key, "MaxHoldSec") == 0)
        return firn_key_value_number(value, 1, MOST_SECONDS, &self->max_hold_s, reason);
    if (strcmp(key, "Detect") == 0)
        return take_detect(value, self, reason);
    if (strcmp(key, "User") == 0)
        return take_text(value, self->user, sizeof self->user, reason);
    if (strcmp(key, "CredentialFile") == 0 && *value != '\0' && *value != '/')
        return firn_reason_set(reason, "\"%s\" is not an absolute path", value);
    if (strcmp(key, "CredentialFile") == 0)
        return take_text(value, self->credential, sizeof self->credential, reason);
    if (strncmp(key, OWN_PREFIX, strlen(OWN_PREFIX)) == 0)
        return firn_own_settings_set(&self->own, key + strlen(OWN_PREFIX), value, reason);
    return take_choice(key, value, self, reason);
}

void
firn_hook_conf_init(FirnHookConf *self)
{
    *self = (FirnHookConf){.is_critical = true, .prepare_s = 300, .freeze_s = 10, .thaw_s = 10};
}

bool
firn_hook_conf_merge(FirnHookConf *self, const char *text, FirnReason *reason)
{
    return firn_key_value_read(text, take, self, reason);
}

static bool
exists(const FirnPaths *paths, const char *folder, const char *name, mode_t kind)
{
    char path[2 * FIRN_PATH_BYTES];
    struct stat found;

    snprintf(path, sizeof path, "%s%s%s", paths->root, folder, name);
    return stat(path, &found) == 0 && (found.st_mode & S_IFMT) == kind;
}

/* A unit that runs has a control group of its name, whichever hierarchy systemd uses. */
static bool
detect(const char *what, const FirnHookConf *conf, const FirnPaths *paths)
{
    const char *name = strchr(what, ':') + 1;

    if (strncmp(what, "setting:", 8) == 0)
        return firn_own_settings_has(&conf->own, name);
    if (strncmp(what, "socket:", 7) == 0)
        return exists(paths, "", name, S_IFSOCK);
    if (strncmp(what, "unit:", 5) == 0)
        return exists(paths, "/sys/fs/cgroup/system.slice/", name, S_IFDIR) ||
               exists(paths, "/sys/fs/cgroup/systemd/system.slice/", name, S_IFDIR);
    return exists(paths, "/usr/local/bin/", name, S_IFREG) ||
           exists(paths, "/usr/bin/", name, S_IFREG) || exists(paths, "/usr/sbin/", name, S_IFREG);
}

static bool
detect_any(const FirnHookConf *self, const FirnPaths *paths)
{
    char words[FIRN_PATH_BYTES];
    char *rest = words;
    char *word;

    snprintf(words, sizeof words, "%s", self->detect);
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0' && detect(word, self, paths))
            return true;
    return false;
}

bool
firn_hook_conf_is_wanted(const FirnHookConf *self, const FirnPaths *paths)
{
    if (self->enabled != FIRN_ENABLED_AUTO)
        return self->enabled == FIRN_ENABLED_YES;
    return *self->detect == '\0' || detect_any(self, paths);
}

const char *
firn_level_get_name(FirnLevel level)
{
    return level_words[level];
}
