namespace Cano.Kernel

open System
open Cano

/// The bytes of what a snapshot says of children and journaled branches: numbered fields. Every
/// number here is stored.
[<RequireQualifiedAccess>]
module internal FanOutFormat =

    let private writeTakenBack (writer: ByteWriter) (back: TakenBack) =
        ChildFormat.writeStart writer back.Child
        writer.Signed back.Sequence
        writer.Fields()

    let private readTakenBack (reader: byref<ByteReader>) : TakenBack =
        let child = ChildFormat.readStart &reader
        let sequence = reader.Signed()
        reader.Pass()

        { Child = child; Sequence = sequence }

    let private writeMany
        (writer: ByteWriter)
        (field: int)
        (write: ByteWriter -> 'T -> unit)
        (values: 'T list)
        =
        if not values.IsEmpty then
            writer.Field(field, (fun writer values -> writer.Many(values, write writer)), values)

    let write (writer: ByteWriter) (fan: FanOut) =
        writer.Signed fan.Visit
        writer.Fields()
        writer.Field(2, BranchFormat.writeListing, fan.Listing)
        writeMany writer 4 ChildFormat.writeStart fan.Started
        writeMany writer 6 ChildFormat.writeEnding fan.Ended
        writeMany writer 8 writeTakenBack fan.TakenBack
        writeMany writer 10 BranchFormat.writeEnding fan.Branches

    let read (reader: byref<ByteReader>) : FanOut =
        let visit = reader.Signed()

        reader.Fold(
            FanOut.none visit,
            FieldReading(fun fan field value ->
                match field.Number with
                | 2 -> {
                    fan with
                        Listing = BranchFormat.readListing &value
                  }
                | 4 ->
                    let started = value.Many(fun reader -> ChildFormat.readStart &reader)

                    {
                        fan with
                            Started = List.ofArray started
                    }
                | 6 ->
                    let ended = value.Many(fun reader -> ChildFormat.readEnding &reader)
                    { fan with Ended = List.ofArray ended }
                | 8 ->
                    let back = value.Many(fun reader -> readTakenBack &reader)

                    {
                        fan with
                            TakenBack = List.ofArray back
                    }
                | 10 ->
                    let branches = value.Many(fun reader -> BranchFormat.readEnding &reader)

                    {
                        fan with
                            Branches = List.ofArray branches
                    }
                | _ ->
                    value.Unknown field
                    fan)
        )
