namespace Cano.Kernel

open System
open Cano

/// The bytes of a user's value as rows keep it.
[<RequireQualifiedAccess>]
module internal ValueFormat =

    let write (writer: ByteWriter) (value: StoredValue) =
        writer.Bytes(ReadOnlySpan value.Json)
        writer.Text value.TypeName

    let read (reader: byref<ByteReader>) : StoredValue =
        let json = reader.Bytes()

        {
            Json = json
            TypeName = reader.OptionalText()
        }

    let private reading = Reading(fun reader -> read &reader)

    let writeOptional (writer: ByteWriter) (value: StoredValue | null) =
        writer.Optional(write, value)

    let readOptional (reader: byref<ByteReader>) = Reading.orNull reading &reader
