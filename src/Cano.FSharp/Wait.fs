namespace Cano.FSharp

open System
open System.Threading
open System.Threading.Tasks
open Cano

/// What a waiting state goes on with: begin with `Wait.empty`, and add what ends it.
///
///     Wait.empty
///     |> Wait.on approval (fun ctx verdict -> if verdict then Ship else Refused)
///     |> Wait.after (TimeSpan.FromDays 3.) Expired
[<RequireQualifiedAccess>]
module Wait =

    /// Waits for nothing yet.
    let empty<'S when 'S: not null> : Wait<'S> = Wait.For<'S>()

    /// Goes on when the signal comes, and chooses the next state by what it carries.
    let on (signal: Signal<'P>) (next: TaskContext -> 'P -> 'S) (wait: Wait<'S>) : Wait<'S> =
        wait.On(signal, Func<TaskContext, 'P, 'S>(fun context payload -> next context payload))

    /// Goes on to a state when a signal comes that carries nothing.
    let onBare (signal: Signal) (next: 'S) (wait: Wait<'S>) : Wait<'S> = wait.On(signal, next)

    /// As `doing`, with a body that the runtime takes.
    let doingWork
        (config: TaskConfig option)
        (signal: Signal<'P>)
        (body: TaskContext -> 'P -> ValueTask<'S>)
        (wait: Wait<'S>)
        : Wait<'S> =
        let body =
            Func<TaskContext, 'P, CancellationToken, ValueTask<'S>>(fun context payload _ ->
                body context payload)

        wait.On(signal, body, Option.toObj config)

    /// Does work when the signal comes, with what it carries. A further attempt of it waits for no
    /// second signal.
    let inline doing< ^S, ^P, ^A
        when ^S: not null
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (signal: Signal< ^P >)
        (body: TaskContext -> ^P -> ^A)
        (wait: Wait< ^S >)
        : Wait< ^S > =
        doingWork
            None
            signal
            (fun context payload ->
                Answer.Take<Answer, ^A, ^S>(Answer.Any, context, body context payload))
            wait

    /// Goes on to a state when nothing has come for so long, which is not negative; at most one
    /// such time in a wait. Its due time is journaled.
    let after (span: TimeSpan) (next: 'S) (wait: Wait<'S>) : Wait<'S> = wait.After(span, next)
