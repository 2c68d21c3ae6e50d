namespace Cano.Kernel

open Cano

/// The bytes of a split's result. Their order is stored: changing it strands old journals.
[<RequireQualifiedAccess>]
module internal SplitFormat =

    /// A count that no list has: what branches gave stands behind it, and then what became of them.
    [<Literal>]
    let private Given = 0xFFFF_FFFFUL

    let private writeResult (writer: ByteWriter) (split: SplitResult) =
        writer.Many(
            split.Successes,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

        let share = RowLimits.SplitErrors / max 1 (Seq.length split.Errors)

        writer.Many(
            split.Errors,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
                ErrorFormat.writeWithin (max 256 share) writer branch.Error
        )

        writer.Many(
            split.Cancelled,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

    let write (writer: ByteWriter) (ending: SplitEnding) =
        match ending.Values with
        | null -> ()
        | values ->
            writer.Unsigned Given
            ValueFormat.write writer values

        writeResult writer ending.Result

    let private success (reader: byref<ByteReader>) : BranchSuccess =
        let index = reader.Index()
        { Index = index; Name = reader.Text() }

    let private error (reader: byref<ByteReader>) : BranchError =
        let index = reader.Index()
        let name = reader.Text()

        {
            Index = index
            Name = name
            Error = ErrorFormat.read &reader
        }

    let private cancelled (reader: byref<ByteReader>) : BranchCancelled =
        let index = reader.Index()
        { Index = index; Name = reader.Text() }

    /// What became of the branches alone, as format 1 has it.
    let readResult (reader: byref<ByteReader>) : SplitResult =
        let successes = reader.Many(fun reader -> success &reader)
        let errors = reader.Many(fun reader -> error &reader)

        {
            Successes = successes
            Errors = errors
            Cancelled = reader.Many(fun reader -> cancelled &reader)
        }

    let read (reader: byref<ByteReader>) : SplitEnding =
        // A reader is byref-like: only a copy of it can look ahead, and it moves as it reads.
        let mutable probe = reader

        let values: StoredValue | null =
            if probe.Unsigned() = Given then
                reader <- probe
                ValueFormat.read &reader
            else
                null

        {
            Result = readResult &reader
            Values = values
        }
