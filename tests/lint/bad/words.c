/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by words as host/job/create/cut.c */
#include "cut.h"

/* An example for each row of words.txt: nobody; somebody; whoever; goes on; go on; going on; went
 * on; gone on; stand still; stood still; standing still; standstill; goes back; go back; going
 * back; went back; gone back; way back; stand in the way; stood in the way; standing in the way;
 * is in the way; was in the way; are in the way; be in the way; of then; from then; wake; wakes;
 * waking; woke; the present; salvage; for ever; shall; put right; put away; see to; saw to; the
 * plug; orphanage; shelf; shelves; heir; debt; owe; owes; owed; owing; overdue; way home; trip;
 * travel; loan; borrow; knob; patient; patience; anew; things are; beforehand; let go; half
 * forgotten; forgotten; deserted; plight; hindrance; obstacle; as it was; in the midst; lest;
 * hence; whence; thereby; therein; upon; amiss; asunder; draw breath; charm; stranger; can no
 * longer be told; cannot be told; errand; luggage; rouse; insist; sound the alarm */
