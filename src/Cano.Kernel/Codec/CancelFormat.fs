namespace Cano.Kernel

/// The bytes of a request to cancel a run. Their order is stored.
[<RequireQualifiedAccess>]
module internal CancelFormat =

    let write (writer: ByteWriter) (request: CancelRequest) =
        writer.Text request.Reason
        writer.Signed request.RequestedAt.UtcTicks
        writer.Fields()

    let read (reader: byref<ByteReader>) : CancelRequest =
        let reason = reader.OptionalText()
        let requestedAt = InstantFormat.read &reader
        reader.Pass()

        {
            Reason = reason
            RequestedAt = requestedAt
        }
