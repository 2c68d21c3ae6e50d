namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open System.Text

/// Bytes that may be absent, where they lie.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type OptionalBytes = {
    IsPresent: bool
    /// Empty when they are absent.
    Bytes: ReadOnlySpan<byte>
} with

    static member Absent: OptionalBytes = {
        IsPresent = false
        Bytes = ReadOnlySpan.Empty
    }

    static member Of(bytes: Nullable<ReadOnlyMemory<byte>>) : OptionalBytes = {
        IsPresent = bytes.HasValue
        Bytes =
            if bytes.HasValue then
                bytes.Value.Span
            else
                ReadOnlySpan.Empty
    }

    /// A copy; null when they are absent.
    member this.ToArray() : byte[] | null =
        if this.IsPresent then this.Bytes.ToArray() else null

    /// The text that they are; null when they are absent.
    member this.ToText() : string | null =
        if this.IsPresent then
            Encoding.UTF8.GetString this.Bytes
        else
            null

[<RequireQualifiedAccess>]
module internal Problem =

    let damaged = "its bytes are damaged"

    /// Something that this build does not know, and that may not be passed over.
    let newer (what: string) =
        $"its {what} is unknown: a newer version of Cano wrote it"
