namespace Cano.Kernel

open Cano

/// The bytes of what is journaled of branches: their items, and the end of each. Their order is
/// stored.
[<RequireQualifiedAccess>]
module internal BranchFormat =

    let writeItems (writer: ByteWriter) (items: StoredValue list) =
        writer.Many(items, ValueFormat.write writer)
        writer.Fields()

    let readItems (reader: byref<ByteReader>) : StoredValue list =
        let items = reader.Many(fun reader -> ValueFormat.read &reader)
        reader.Pass()
        List.ofArray items

    let private readError = Reading(fun reader -> ErrorFormat.read &reader)

    let writeEnding (writer: ByteWriter) (branch: BranchEnding) =
        writer.Unsigned(uint64 branch.Index)
        writer.Text branch.Name
        ValueFormat.writeOptional writer branch.Result
        writer.Optional(ErrorFormat.write, branch.Error)
        writer.Fields()

    let readEnding (reader: byref<ByteReader>) : BranchEnding =
        let index = reader.Index()
        let name = reader.Text()
        let result = ValueFormat.readOptional &reader
        let error = Reading.orNull readError &reader
        reader.Pass()

        {
            Index = index
            Name = name
            Result = result
            Error = error
        }
