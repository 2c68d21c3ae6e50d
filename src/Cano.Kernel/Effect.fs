namespace Cano.Kernel

open System
open Cano

/// How a run ended.
[<RequireQualifiedAccess>]
type Outcome =
    /// Exit: the number of the exit state.
    | Completed of Exit: int
    | Failed of Error: CanoError

/// What is to be done. Data: the interpreter does it and answers with an event.
[<RequireQualifiedAccess>]
type Effect =
    /// Nothing new; the answer to come is that of work under way.
    | Await
    /// Make one attempt of a state's task. Its visit and attempt stand in the run.
    | RunTask of State: int
    /// A timer's wait is over: let its task go on.
    | RunAfterWait of State: int
    /// List the branches of a split, and start them when their number was told and they are still wanted.
    | RunSplit of State: int
    /// Make a row durable.
    | Append of Row: Row
    | Wait of Delay: TimeSpan
    /// A wait that is journaled: it ends at an instant, however often the process restarts.
    | WaitUntil of Due: DateTimeOffset
    /// Undo a completed step.
    | Compensate of Entry: UndoEntry
    /// The run has ended.
    | Finish of Outcome: Outcome

    /// Calls the handler's method for this effect. A new effect fails to compile until every handler has it.
    member this.Accept(handler: IEffectHandler<'Result>) : 'Result =
        match this with
        | Await -> handler.Await()
        | RunTask state -> handler.RunTask state
        | RunAfterWait state -> handler.RunAfterWait state
        | RunSplit state -> handler.RunSplit state
        | Append row -> handler.Append row
        | Wait delay -> handler.Wait delay
        | WaitUntil due -> handler.WaitUntil due
        | Compensate entry -> handler.Compensate entry
        | Finish outcome -> handler.Finish outcome

/// One method for each effect.
and IEffectHandler<'Result> =
    abstract Await: unit -> 'Result
    abstract RunTask: state: int -> 'Result
    abstract RunAfterWait: state: int -> 'Result
    abstract RunSplit: state: int -> 'Result
    abstract Append: row: Row -> 'Result
    abstract Wait: delay: TimeSpan -> 'Result
    abstract WaitUntil: due: DateTimeOffset -> 'Result
    abstract Compensate: entry: UndoEntry -> 'Result
    abstract Finish: outcome: Outcome -> 'Result
