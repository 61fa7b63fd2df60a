/**
 * The group member: {@link io.opengcks.member.Agent} registers with a GCKS, keeps the Data-Security SAs of one group and moves
 * its packets. {@code SaSchedule}, {@code DarkWatch} and {@code ServerList} decide, without socket, thread or clock;
 * {@code Sender} and {@code Receiver} are the data path; everything runs on the agent's one event loop.
 */
@NullMarked
package io.opengcks.member;

import org.jspecify.annotations.NullMarked;
