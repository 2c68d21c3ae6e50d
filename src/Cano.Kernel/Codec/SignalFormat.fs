namespace Cano.Kernel

open Cano

/// The bytes of a signal that a run has taken. Their order is stored.
[<RequireQualifiedAccess>]
module internal SignalFormat =

    let write (writer: ByteWriter) (signal: TakenSignal) =
        writer.Signed signal.Number
        writer.Text signal.Name
        writer.Text signal.Id
        ValueFormat.writeOptional writer signal.Payload
        writer.Fields()

    let read (reader: byref<ByteReader>) : TakenSignal =
        let number = reader.Signed()
        let name = reader.Text()
        let id = reader.OptionalText()
        let payload = ValueFormat.readOptional &reader
        reader.Pass()

        {
            Number = number
            Name = name
            Id = id
            Payload = payload
        }
