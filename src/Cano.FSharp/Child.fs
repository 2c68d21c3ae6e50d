namespace Cano.FSharp

open System
open Cano

/// Runs that a state starts.
[<RequireQualifiedAccess>]
module Child =

    /// One of several children side by side; its name tells it from the others.
    let run (name: string) (workflow: Workflow<'S>) (initial: 'S) : ChildRun =
        ChildRun.Of(name, workflow, initial)

    /// As `run`, and gives it an input.
    let runWith (name: string) (workflow: Workflow<'S>) (initial: 'S) (input: TaskContext -> 'T) =
        ChildRun.Of(name, workflow, initial, Func<TaskContext, 'T> input)

    /// The exit of a child that came to one, else why it did not.
    let result (ended: ChildEnd<'S>) : Result<'S, CanoError> = Shapes.ending ended

    /// What a child gave as its own output; throws when it failed, or gave none.
    let output<'T, 'S> (ended: ChildEnd<'S>) : 'T = ended.Output<'T>()

    /// The end of the child of a name.
    let named<'S when 'S: not null> (name: string) (ends: ChildEnds) : ChildEnd<'S> =
        ends.Of<'S> name
