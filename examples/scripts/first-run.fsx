// A first run: a union, a task for each of its cases, and where it ends.
#load "cano.fsx"

open Cano
open Cano.FSharp

type Greeting =
    | Begin of name: string
    | Greet of words: string list
    | Said of text: string

let greeting = workflow {
    name "greeting"
    state Begin (fun _ name -> task { return Greet [ "hello"; name ] })
    state Greet (fun _ words -> async { return Said(String.concat ", " words) })
    exit Said
}

// A workflow is a value. F# Interactive shows it as a table; a script asks for it.
printfn $"{Printing.workflow greeting}"

// What a run came to is a result.
match greeting |> Workflow.run (Begin "world") |> await with
| Ok(Said text) -> printfn $"said: {text}"
| Ok other -> printfn $"{other} is no exit"
| Error error -> printfn $"{error.Message}"

// It prints:
//
//     greeting
//       state  work                    then
//       Begin  Single(Exponential(3))  any
//       Greet  Single(Exponential(3))  any
//       Said   exit
//     said: hello, world
