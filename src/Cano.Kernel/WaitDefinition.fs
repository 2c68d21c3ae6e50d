namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// A signal that a waiting state goes on with.
[<CustomEquality; NoComparison>]
type SignalDefinition = {
    Name: string
    /// How often what follows the signal is tried. A further attempt waits for no second signal.
    Policy: TaskPolicy
    /// The states that may follow, when declared; null means any.
    To: IReadOnlyList<string> | null
} with

    member private this.Parts: (obj | null)[] = [| this.Name; this.Policy; this.To |]

    override this.Equals(other: obj | null) =
        match other with
        | :? SignalDefinition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: SignalDefinition | null, right: SignalDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: SignalDefinition | null, right: SignalDefinition | null) =
        not (Object.Equals(left, right))

    /// The name, the policy, and what may follow: "approve: None, then Paid or Refused".
    override this.ToString() =
        match this.To with
        | null -> Words.sentence $"{this.Name}: {this.Policy}"
        | following ->
            Words.sentence $"{this.Name}: {this.Policy}, then "
            + String.Join(" or ", following)

/// When a waiting state goes on without a signal.
[<NoComparison>]
type DeadlineDefinition = {
    /// Counted from the beginning of the wait.
    Span: TimeSpan
    Next: string
} with

    // C#'s == and !=.
    static member op_Equality(left: DeadlineDefinition | null, right: DeadlineDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: DeadlineDefinition | null, right: DeadlineDefinition | null) =
        not (Object.Equals(left, right))

    /// The span and what follows: "after 3 d, then Expired".
    override this.ToString() =
        $"after {Words.span this.Span}, then {this.Next}"

/// What a waiting state waits for: the first of it that comes.
[<CustomEquality; NoComparison>]
type WaitDefinition = {
    Signals: IReadOnlyList<SignalDefinition>
    /// At most one.
    Deadlines: IReadOnlyList<DeadlineDefinition>
} with

    member private this.Parts: (obj | null)[] = [| this.Signals; this.Deadlines |]

    override this.Equals(other: obj | null) =
        match other with
        | :? WaitDefinition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: WaitDefinition | null, right: WaitDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: WaitDefinition | null, right: WaitDefinition | null) =
        not (Object.Equals(left, right))

    /// The signals, then the time: "approve: None; after 3 d, then Expired".
    override this.ToString() =
        String.Join("; ", Seq.append (Seq.map string this.Signals) (Seq.map string this.Deadlines))
