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

    let read (reader: ByteReader) : SplitResult =
        let branch () =
            let index = int (reader.Unsigned())
            struct (index, reader.Text())

        let success () : BranchSuccess =
            let struct (index, name) = branch ()
            { Index = index; Name = name }

        let error () : BranchError =
            let struct (index, name) = branch ()

            {
                Index = index
                Name = name
                Error = ErrorFormat.read reader
            }

        let cancelled () : BranchCancelled =
            let struct (index, name) = branch ()
            { Index = index; Name = name }

        let successes = reader.Many success
        let errors = reader.Many error

        {
            Successes = successes
            Errors = errors
            Cancelled = reader.Many cancelled
        }
