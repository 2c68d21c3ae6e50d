namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// How a run ended.
[<RequireQualifiedAccess>]
type Outcome =
    /// Exit: the number of the exit state.
    | Completed of Exit: int
    | Failed of Error: CanoError
    /// It has not ended: nothing was undone, and a resume goes on with it.
    | Suspended

/// When a wait is over by itself.
[<RequireQualifiedAccess; Struct>]
type WaitEnd =
    /// Counted from now by a steady clock.
    | After of Span: TimeSpan
    /// An instant that a row remembers, however often the process restarts.
    | At of Due: DateTimeOffset
    /// Never.
    | Open

    /// When a wait is over that a row tells of.
    static member internal Of(suspension: Suspension) =
        if suspension.Due.HasValue then
            WaitEnd.At suspension.Due.Value
        else
            WaitEnd.Open

/// When a row has to be durable.
[<RequireQualifiedAccess; Struct>]
type Durability =
    /// Before anything follows it.
    | Durable
    /// With a later row, or when the run asks for it: a store may take it as Durable.
    | Deferred

    override this.ToString() =
        match this with
        | Durable -> "Durable"
        | Deferred -> "Deferred"

/// What is to be done. Data: the interpreter does it and answers with an event.
[<RequireQualifiedAccess>]
type Effect =
    /// Nothing new; the answer to come is that of work under way.
    | Await
    /// Make one attempt of a state's task. Its visit and attempt stand in the run.
    | RunTask of State: int
    /// The state's task goes on with what its wait ended in: the newest row's fact.
    | Continue of State: int * Fact: Fact
    /// List the branches of a split, and start them when their number was told and they are still
    /// wanted. Journaled ones do not start before a row has listed them.
    | RunSplit of State: int
    /// Run those branches of a split that have not ended as rows tell, until one has. Those that
    /// run already go on.
    | RunBranches of State: int
    /// Say which run the state's child with this index is, unless this instant has come; null for
    /// never. It begins when a row says so.
    | NameChild of State: int * Index: int * Until: Nullable<DateTimeOffset>
    /// Begin those of these runs that are under way and not there yet, and wait until one of them
    /// has ended, or they are to have ended.
    | AwaitChildren of Children: FanOut
    /// Cancel those of these runs that are under way, and wait until one of them has ended. One
    /// that is not there yet is begun as cancelled, so that nobody begins it later.
    | RecallChildren of Children: FanOut
    /// Write a row behind the run's others.
    | Append of Row: Row * Durability: Durability
    /// Make every row durable that the store has accepted.
    | Flush
    /// Wait until this end, or until something else wakes the run.
    | Wait of Until: WaitEnd
    /// Undo a completed step.
    | Compensate of Entry: UndoEntry
    /// The run has ended.
    | Finish of Outcome: Outcome

    /// Calls the handler's method for this effect. A new effect fails to compile until every
    /// handler has it.
    member this.Accept(handler: IEffectHandler<'Result>) : 'Result =
        match this with
        | Await -> handler.Await()
        | RunTask state -> handler.RunTask state
        | Continue(state, fact) -> handler.Continue(state, fact)
        | RunSplit state -> handler.RunSplit state
        | RunBranches state -> handler.RunBranches state
        | NameChild(state, index, until) -> handler.NameChild(state, index, until)
        | AwaitChildren children -> handler.AwaitChildren children
        | RecallChildren children -> handler.RecallChildren children
        | Append(row, durability) -> handler.Append(row, durability)
        | Flush -> handler.Flush()
        | Wait until -> handler.Wait until
        | Compensate entry -> handler.Compensate entry
        | Finish outcome -> handler.Finish outcome

/// One method for each effect.
and IEffectHandler<'Result> =
    abstract Await: unit -> 'Result
    abstract RunTask: state: int -> 'Result
    abstract Continue: state: int * fact: Fact -> 'Result
    abstract RunSplit: state: int -> 'Result
    abstract RunBranches: state: int -> 'Result

    abstract NameChild: state: int * index: int * until: Nullable<DateTimeOffset> -> 'Result

    abstract AwaitChildren: children: FanOut -> 'Result
    abstract RecallChildren: children: FanOut -> 'Result
    abstract Append: row: Row * durability: Durability -> 'Result
    abstract Flush: unit -> 'Result
    abstract Wait: until: WaitEnd -> 'Result
    abstract Compensate: entry: UndoEntry -> 'Result
    abstract Finish: outcome: Outcome -> 'Result
