package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A proposal substructure (RFC 7296 §3.3.1).
 *
 * @param number     as on the wire. In SAi and SAr a running number from 1; in SAg a label: proposals with equal numbers
 *                   belong together (RFC 9838 §2.3.3), so the codec does not look at it
 * @param protocolId such as 1 for IKE
 * @param spi        0 to 255 octets
 * @param transforms at most {@value #MAX_TRANSFORMS}
 */
public record Proposal(int number, int protocolId, Octets spi, List<Transform> transforms) {
    static final int MAX_TRANSFORMS = 128;
    static final int MAX_PROPOSALS = 32;
    private static final int HEADER_BYTES = 8;
    private static final int MORE = 2;

    public Proposal {
        if ((number | protocolId | spi.length()) >>> 8 != 0 || transforms.size() > MAX_TRANSFORMS) {
            throw new IllegalArgumentException("a field of a proposal is out of range");
        }
        transforms = List.copyOf(transforms);
    }

    /** The transforms of one type, in order of preference. */
    public List<Transform> transformsOf(int type) {
        return transforms.stream().filter(transform -> transform.type() == type).toList();
    }

    static List<Proposal> decodeList(WireReader in) throws MalformedMessage {
        List<Proposal> proposals = new ArrayList<>();
        int more;
        do {
            if (proposals.size() == MAX_PROPOSALS) {
                throw new MalformedMessage("more than " + MAX_PROPOSALS + " proposals");
            }
            more = in.u8("proposal: last");
            if (more != 0 && more != MORE) {
                throw new MalformedMessage("a proposal is followed by a substructure of kind " + more);
            }
            in.skip(1, "proposal: reserved");
            WireReader body = in.slice(in.u16("proposal: length") - 4, "proposal");
            int number = body.u8("proposal number");
            int protocolId = body.u8("protocol ID");
            int spiSize = body.u8("SPI size");
            int count = body.u8("number of transforms");
            Octets spi = body.octets(spiSize, "SPI");
            List<Transform> transforms = count == 0 ? List.of() : Transform.decodeList(body, MAX_TRANSFORMS);
            if (transforms.size() != count) {
                throw new MalformedMessage(transforms.size() + " transforms where " + count + " were announced");
            }
            body.end("proposal");
            proposals.add(new Proposal(number, protocolId, spi, transforms));
        } while (more == MORE);
        in.end("SA payload");
        return List.copyOf(proposals);
    }

    static void encodeList(List<Proposal> proposals, WireWriter out) {
        for (int i = 0; i < proposals.size(); i++) {
            Proposal proposal = proposals.get(i);
            int start = out.size();
            out.u8(i == proposals.size() - 1 ? 0 : MORE).u8(0).u16(HEADER_BYTES);
            out.u8(proposal.number)
                    .u8(proposal.protocolId)
                    .u8(proposal.spi.length())
                    .u8(proposal.transforms.size());
            out.octets(proposal.spi);
            Transform.encodeList(proposal.transforms, out);
            out.patchU16(start + 2, out.size() - start);
        }
    }
}
