namespace Cano.Kernel

open System
open System.Runtime.CompilerServices

/// What a state carries beside its number: of most states nothing. Equal to what a row gives back
/// of it.
[<Struct; IsReadOnly; CustomEquality; NoComparison>]
type StateData = {
    /// The state as the workflow has it, with all that it carries; null where it carries nothing,
    /// or has only been read from a row.
    Value: obj | null
    /// As rows keep it; null where it carries nothing, or no row is to tell of it.
    Bytes: byte[] | null
} with

    static member None: StateData = Unchecked.defaultof<StateData>

    /// What a row keeps; nothing when it keeps none.
    static member Kept(bytes: byte[] | null) : StateData = { StateData.None with Bytes = bytes }

    member this.IsNone: bool = isNull this.Value && isNull this.Bytes

    /// How many bytes a row keeps.
    member this.Length: int64 =
        match this.Bytes with
        | null -> 0L
        | bytes -> int64 bytes.Length

    /// The same with its bytes changed.
    member internal this.With(change: byte[] -> byte[]) : StateData =
        match this.Bytes with
        | null -> { Value = this.Value; Bytes = null }
        | bytes -> {
            Value = this.Value
            Bytes = change bytes
          }

    member this.Equals(other: StateData) : bool =
        match this.Bytes, other.Bytes with
        | null, null -> Object.Equals(this.Value, other.Value)
        | null, _
        | _, null -> false
        | mine, theirs -> MemoryExtensions.SequenceEqual(ReadOnlySpan mine, ReadOnlySpan theirs)

    override this.Equals(other: obj | null) =
        match other with
        | :? StateData as other -> this.Equals other
        | _ -> false

    override this.GetHashCode() =
        match this.Bytes with
        | null -> HashCode.Combine this.Value
        | bytes -> bytes.Length

    interface IEquatable<StateData> with
        member this.Equals other = this.Equals other

/// A state that a run comes to, with what it carries.
[<Struct; IsReadOnly; NoComparison>]
type Target = {
    /// The state's number.
    State: int
    Data: StateData
} with

    /// A state that carries nothing.
    static member Of(state: int) : Target = { State = state; Data = StateData.None }
