namespace Cano.Kernel

open System
open System.Runtime.CompilerServices

/// What a state carries that a row keeps.
[<Sealed>]
type internal KeptData(value: obj | null, bytes: byte[]) =
    member _.Value = value
    member _.Bytes = bytes

/// What a state carries beside its number: of most states nothing. Equal to what a row gives back
/// of it.
// One reference, as every transition writes it, and none but the state's own where no row keeps it.
[<Struct; IsReadOnly; CustomEquality; NoComparison>]
type StateData = private {
    /// The state as the workflow has it, or a KeptData.
    Content: obj | null
} with

    static member None: StateData = Unchecked.defaultof<StateData>

    /// Of a state that carries something.
    static member Of(value: obj | null, bytes: byte[] | null) : StateData =
        match bytes with
        | null -> { Content = value }
        | bytes -> { Content = KeptData(value, bytes) }

    /// What a row keeps; nothing when it keeps none.
    static member Kept(bytes: byte[] | null) : StateData = StateData.Of((null: obj | null), bytes)

    /// The state as the workflow has it, with all that it carries; null where it carries nothing,
    /// or has only been read from a row.
    member this.Value: obj | null =
        match this.Content with
        | :? KeptData as kept -> kept.Value
        | value -> value

    /// As rows keep it; null where it carries nothing, or no row is to tell of it.
    member this.Bytes: byte[] | null =
        match this.Content with
        | :? KeptData as kept -> kept.Bytes
        | _ -> null

    member this.IsNone: bool = isNull this.Content

    /// How many bytes a row keeps.
    member this.Length: int64 =
        match this.Bytes with
        | null -> 0L
        | bytes -> int64 bytes.Length

    /// The same with its bytes changed.
    member internal this.With(change: byte[] -> byte[]) : StateData =
        match this.Bytes with
        | null -> this
        | bytes -> StateData.Of(this.Value, change bytes)

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
