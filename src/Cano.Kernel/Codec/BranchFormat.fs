namespace Cano.Kernel

open System
open Cano

/// The bytes of what is journaled of branches: their items, and the end of each. Their order is
/// stored.
[<RequireQualifiedAccess>]
module internal BranchFormat =

    let writeListing (writer: ByteWriter) (listing: Listing) =
        writer.Many(listing.Items, ValueFormat.writeOptional writer)
        writer.Fields()
        writer.Field(2, listing.Due)

    let readListing (reader: byref<ByteReader>) : Listing =
        let items = reader.Many(fun reader -> ValueFormat.readOptional &reader)

        reader.Fold(
            { Items = items; Due = Nullable() },
            FieldReading(fun listing field value ->
                match field.Number with
                | 2 -> {
                    listing with
                        Due = Nullable(value.Instant())
                  }
                | _ ->
                    value.Unknown field
                    listing)
        )

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
