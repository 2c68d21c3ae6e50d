namespace Cano.Kernel

open Cano

/// The bytes of a split's result. Their order is stored: changing it strands old journals.
[<RequireQualifiedAccess>]
module internal SplitFormat =

    let write (writer: ByteWriter) (split: SplitResult) =
        writer.Many(
            split.Successes,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

        writer.Many(
            split.Errors,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
                ErrorFormat.write writer branch.Error
        )

        writer.Many(
            split.Cancelled,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

    let private success (reader: byref<ByteReader>) : BranchSuccess =
        let index = int (reader.Unsigned())
        { Index = index; Name = reader.Text() }

    let private error (reader: byref<ByteReader>) : BranchError =
        let index = int (reader.Unsigned())
        let name = reader.Text()

        {
            Index = index
            Name = name
            Error = ErrorFormat.read &reader
        }

    let private cancelled (reader: byref<ByteReader>) : BranchCancelled =
        let index = int (reader.Unsigned())
        { Index = index; Name = reader.Text() }

    let read (reader: byref<ByteReader>) : SplitResult =
        let successes = reader.Many(fun reader -> success &reader)
        let errors = reader.Many(fun reader -> error &reader)

        {
            Successes = successes
            Errors = errors
            Cancelled = reader.Many(fun reader -> cancelled &reader)
        }
