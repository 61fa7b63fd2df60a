/** Key trees: which keys change when members come and go, and under which others they are sent. */
@NullMarked
package io.opengcks.keytree;

import org.jspecify.annotations.NullMarked;
