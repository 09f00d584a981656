/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "slow-libvirt.h"

#include <dlfcn.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_SYSTEMS 2

static const char *const calls[] =
    {"open", "freeze", "thaw", "agent", "monitor", "stop", "start", "destroy", "resume"};

typedef struct {
    gboolean is_shut;
    guint n_waiting;
    guint n_passed;
    int fail_domain;
    int fail_code; /* 0: the next call succeeds */
} Gate;

static GMutex mutex; /* guards what follows */
static GCond cond;
static Gate gates[G_N_ELEMENTS(calls)];
static GString *effects;
static int frozen;                         /* file systems */
static const char *words;                  /* (unowned) (nullable) error message of failing calls */
static const char *const *monitor_answers; /* (unowned) (nullable) remaining replies */

/* The error of the last call in this thread, if this file made it; 0: libvirt's own. */
static _Thread_local int own_domain;
static _Thread_local int own_code;

static Gate *
find_gate(const char *call)
{
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
        if (strcmp(calls[i], call) == 0)
            return &gates[i];
    g_assert_not_reached();
}

void
firn_slow_libvirt_reset(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    memset(gates, 0, sizeof gates);
    frozen = 0;
    words = NULL;
    monitor_answers = NULL;
    if (effects == NULL)
        effects = g_string_new(NULL);
    g_string_truncate(effects, 0);
}

int
firn_slow_libvirt_set_frozen(gboolean is_frozen)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
    int before = frozen;

    frozen = is_frozen ? FILE_SYSTEMS : 0;
    return before;
}

void
firn_slow_libvirt_shut(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    find_gate(call)->is_shut = TRUE;
}

void
firn_slow_libvirt_wait_arrived(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    while (find_gate(call)->n_waiting == 0)
        g_cond_wait(&cond, &mutex);
}

void
firn_slow_libvirt_open(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    find_gate(call)->is_shut = FALSE;
    g_cond_broadcast(&cond);
}

void
firn_slow_libvirt_fail(const char *call, int domain, int code)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    find_gate(call)->fail_domain = domain;
    find_gate(call)->fail_code = code;
}

void
firn_slow_libvirt_say(const char *message)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    words = message;
}

void
firn_slow_libvirt_script_monitor(const char *const *answers)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    monitor_answers = answers;
}

guint
firn_slow_libvirt_count(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    return find_gate(call)->n_passed;
}

guint
firn_slow_libvirt_count_waiting(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    return find_gate(call)->n_waiting;
}

char *
firn_slow_libvirt_dup_log(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    return g_strdup(effects->str);
}

/* Returns whether the call takes effect. */
static gboolean
pass(const char *call)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
    Gate *gate = find_gate(call);

    gate->n_waiting++;
    g_cond_broadcast(&cond);
    while (gate->is_shut)
        g_cond_wait(&cond, &mutex);
    gate->n_waiting--;
    gate->n_passed++;
    own_domain = gate->fail_domain;
    own_code = gate->fail_code;
    gate->fail_code = 0;
    if (own_code == 0 && strcmp(call, "open") != 0)
        g_string_append_printf(effects, "%s%s", effects->len == 0 ? "" : " ", call);
    return own_code == 0;
}

#define REPLACES(name) __asm__(name)

virConnectPtr firn_slow_libvirt_connect(const char *uri) REPLACES("virConnectOpen");

virConnectPtr
firn_slow_libvirt_connect(const char *uri)
{
    virConnectPtr (*real)(const char *) = dlsym(RTLD_NEXT, "virConnectOpen");

    return pass("open") ? real(uri) : NULL;
}

int firn_slow_libvirt_freeze(virDomainPtr domain,
                             const char **points,
                             unsigned int n,
                             unsigned int flags) REPLACES("virDomainFSFreeze");

int
firn_slow_libvirt_freeze(virDomainPtr domain,
                         const char **points,
                         unsigned int n,
                         unsigned int flags)
{
    if (!pass("freeze"))
        return -1;
    firn_slow_libvirt_set_frozen(TRUE);
    return FILE_SYSTEMS;
}

int firn_slow_libvirt_thaw(virDomainPtr domain,
                           const char **points,
                           unsigned int n,
                           unsigned int flags) REPLACES("virDomainFSThaw");

int
firn_slow_libvirt_thaw(virDomainPtr domain, const char **points, unsigned int n, unsigned int flags)
{
    return pass("thaw") ? firn_slow_libvirt_set_frozen(FALSE) : -1;
}

char *firn_slow_libvirt_agent(virDomainPtr domain, const char *text, int wait_s, unsigned int flags)
    REPLACES("virDomainQemuAgentCommand");

char *
firn_slow_libvirt_agent(virDomainPtr domain, const char *text, int wait_s, unsigned int flags)
{
    return pass("agent") ? strdup("{\"return\": {}}") : NULL;
}

static const char *
next_monitor_answer(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    return monitor_answers == NULL || *monitor_answers == NULL ? "{}" : *monitor_answers++;
}

int firn_slow_libvirt_monitor(virDomainPtr domain,
                              const char *text,
                              char **out_text,
                              unsigned int flags) REPLACES("virDomainQemuMonitorCommand");

int
firn_slow_libvirt_monitor(virDomainPtr domain,
                          const char *text,
                          char **out_text,
                          unsigned int flags)
{
    if (!pass(strstr(text, "\"stop\"") != NULL ? "stop" : "monitor"))
        return -1;
    return asprintf(out_text, "{\"return\": %s}", next_monitor_answer()) < 0 ? -1 : 0;
}

int firn_slow_libvirt_start(virDomainPtr domain, unsigned int flags)
    REPLACES("virDomainCreateWithFlags");

int
firn_slow_libvirt_start(virDomainPtr domain, unsigned int flags)
{
    int (*real)(virDomainPtr) = dlsym(RTLD_NEXT, "virDomainCreate");

    return pass("start") ? real(domain) : -1;
}

int firn_slow_libvirt_destroy(virDomainPtr domain, unsigned int flags)
    REPLACES("virDomainDestroyFlags");

int
firn_slow_libvirt_destroy(virDomainPtr domain, unsigned int flags)
{
    int (*real)(virDomainPtr) = dlsym(RTLD_NEXT, "virDomainDestroy");

    return pass("destroy") ? real(domain) : -1;
}

int firn_slow_libvirt_resume(virDomainPtr domain) REPLACES("virDomainResume");

int
firn_slow_libvirt_resume(virDomainPtr domain)
{
    int (*real)(virDomainPtr) = dlsym(RTLD_NEXT, "virDomainResume");

    return pass("resume") ? real(domain) : -1;
}

int firn_slow_libvirt_code(void) REPLACES("virGetLastErrorCode");

int
firn_slow_libvirt_code(void)
{
    int (*real)(void) = dlsym(RTLD_NEXT, "virGetLastErrorCode");

    return own_code != 0 ? own_code : real();
}

int firn_slow_libvirt_domain(void) REPLACES("virGetLastErrorDomain");

int
firn_slow_libvirt_domain(void)
{
    int (*real)(void) = dlsym(RTLD_NEXT, "virGetLastErrorDomain");

    return own_code != 0 ? own_domain : real();
}

const char *firn_slow_libvirt_message(void) REPLACES("virGetLastErrorMessage");

const char *
firn_slow_libvirt_message(void)
{
    const char *(*real)(void) = dlsym(RTLD_NEXT, "virGetLastErrorMessage");
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    return own_code != 0 && words != NULL ? words : real();
}

void firn_slow_libvirt_forget(void) REPLACES("virResetLastError");

void
firn_slow_libvirt_forget(void)
{
    void (*real)(void) = dlsym(RTLD_NEXT, "virResetLastError");

    own_code = 0;
    real();
}
