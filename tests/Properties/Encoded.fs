namespace Cano.Properties

open System.Text
open Cano.Kernel

/// Values in bytes as docs/journal-format.md describes them: written here once more, so that the
/// codec is not its own judge.
[<RequireQualifiedAccess>]
module Encoded =

    let rec unsigned (value: uint64) : byte list =
        if value < 128UL then
            [ byte value ]
        else
            byte (value % 128UL + 128UL) :: unsigned (value / 128UL)

    let signed (value: int64) =
        if value >= 0L then
            unsigned (uint64 value * 2UL)
        else
            unsigned (uint64 -(value + 1L) * 2UL + 1UL)

    let bytes (value: byte seq) =
        unsigned (uint64 (Seq.length value) + 1UL) @ List.ofSeq value

    let optional (value: byte[] | null) =
        match value with
        | null -> [ 0uy ]
        | value -> bytes value

    let text (value: string | null) =
        match value with
        | null -> [ 0uy ]
        | value -> bytes (Encoding.UTF8.GetBytes value)

    let many (values: 'T seq) (encoded: 'T -> byte list) =
        unsigned (uint64 (Seq.length values))
        @ (values |> Seq.collect encoded |> List.ofSeq)

    /// A value behind 1, or 0 alone where there is none.
    let flagged (value: 'T | null) (encoded: 'T -> byte list) =
        match value with
        | null -> [ 0uy ]
        | value -> 1uy :: encoded value

    /// A numbered field.
    let field (number: int) (value: byte seq) = unsigned (uint64 number) @ bytes value

    /// These fields behind those that are there already: how many there are stands before them.
    let withFields (count: int) (more: byte list) (at: int) (bytes: byte[]) =
        let bytes = Array.append bytes (Array.ofList more)
        bytes[at] <- bytes[at] + byte count
        bytes
