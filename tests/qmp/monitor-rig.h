/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel-rig.h"

/**
 * FirnTestMonitorRig:
 * @fake: a monitor with two disks
 * @peer: its peer
 * @monitor: the product's client on it
 *
 * A fixture for tests of queries to a monitor.
 */
typedef struct {
    FirnTestLoopThread *loop;  /* (owned) */
    FirnTestFakeMonitor *fake; /* (owned) */
    FirnTestPeer *peer;        /* (unowned) */
    FirnChannel *monitor;      /* (owned) */
} FirnTestMonitorRig;

/**
 * firn_test_monitor_rig_add:
 * @path: the test's name
 * @data: for @test
 *
 * Adds a test with this fixture.
 */
void firn_test_monitor_rig_add(const char *path,
                               gconstpointer data,
                               void (*test)(FirnTestMonitorRig *rig, gconstpointer data));
