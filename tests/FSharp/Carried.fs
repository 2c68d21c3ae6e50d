namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Expecto
open global.Xunit

/// Cases of every shape: as a function, each names its state.
module Shapes =

    type Address = { Street: string; Number: int }

    type Letter =
        | Addressed of Address
        | Stamped of (string * int)
        | Weighed of weight: int option
        | Sealed of lines: string list * address: Address * isUrgent: bool
        | [<StoredAs "sent">] Sent of at: TimeSpan

    [<Struct>]
    type Coin =
        | Tossed of times: int
        | Fell of heads: bool

    type private Hidden =
        | Inside of secret: string
        | Outside

    let letter = workflow {
        name "letter"

        state Addressed (fun _ address -> task { return Stamped(address.Street, address.Number) })

        state Stamped (fun _ (street, number) ->
            ValueTask<_>(Weighed(Some(street.Length + number))))

        state Weighed (fun _ weight -> async {
            return Sealed([ $"{weight}" ], { Street = "Main"; Number = 1 }, weight.IsSome)
        })

        router Sealed (fun _ (lines, address, isUrgent) ->
            Sent(
                TimeSpan.FromHours(
                    float (lines.Length + address.Number + (if isUrgent then 0 else 24))
                )
            ))

        exit Sent
    }

    let coin = workflow {
        state Tossed (fun _ times -> task { return Fell(times % 2 = 0) })
        exit Fell
    }

    let hidden () = task {
        let! ended =
            workflow {
                state Inside (fun _ secret -> task {
                    return if secret = "x" then Outside else Inside "x"
                })

                exit Outside
            }
            |> Workflow.run (Inside "y")

        return ended = Ok Outside
    }

open Shapes

/// What a case carries comes to its body.
type Carried() =

    static let carried =
        testList "carried" [
            check "a record, a tuple, an option, several fields" (fun () -> task {
                let! ended = letter |> Workflow.run (Addressed { Street = "Lane"; Number = 7 })
                Expect.equal ended (Ok(Sent(TimeSpan.FromHours 2.))) "all of them"
                let! ended = letter |> Workflow.run (Weighed None)
                Expect.equal ended (Ok(Sent(TimeSpan.FromHours 26.))) "nothing is a value too"
            })
            check "a struct, and what nobody else sees" (fun () -> task {
                let! ended = coin |> Workflow.run (Tossed 4)
                Expect.equal ended (Ok(Fell true)) "a struct"
                let! isOutside = hidden ()
                Expect.isTrue isOutside "a private union"
            })
            check "a case has its name in the journal" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add letter
                let! run = engine |> Engine.start letter (Weighed(Some 3)) "letter-1"
                let! _ = Run.completion (Expect.wantOk run "begun")
                let! rows = engine |> Engine.history "letter-1"
                let names = rows |> Result.map (List.map _.State)
                Expect.equal names (Ok [ "Weighed"; "sent" ]) "the given one"
            })
            test "a function that is no case is refused" {
                let write () =
                    workflow {
                        state
                            (fun weight -> Sealed([ weight ], { Street = ""; Number = 0 }, false))
                            (fun _ weight -> task { return Weighed(Some(String.length weight)) })

                        exit Sent
                    }
                    |> ignore

                let refused = Assert.Throws<ArgumentException> write
                Expect.stringContains refused.Message "'Sealed'" "named"
            }
        ]

    /// A letter whose first body does something, and how often that was tried.
    static let asking (ask: TaskContext -> Letter) = task {
        let mutable tries = 0

        let! ended =
            workflow {
                state Addressed (fun ctx _ -> task {
                    tries <- tries + 1
                    return ask ctx
                })

                exit Weighed
                exit Sealed
            }
            |> Workflow.run (Addressed { Street = "Lane"; Number = 7 })

        return ended, tries
    }

    static let asked =
        testList "asked" [
            check "of a body's own state, by its case" (fun () -> task {
                let! ended, _ =
                    asking (fun ctx -> Weighed(Some (ctx |> Context.data Addressed).Number))

                Expect.equal ended (Ok(Weighed(Some 7))) "its field"
            })
            for name, words, ask in
                [
                    "of another case",
                    "'Weighed'",
                    (fun ctx -> ctx |> Context.data Weighed |> Weighed)
                    "of no case",
                    "'Sealed'",
                    (fun ctx ->
                        ctx
                        |> Context.data (fun line ->
                            Sealed([ line ], { Street = ""; Number = 0 }, false))
                        |> fun line -> Weighed(Some line.Length))
                    "of another union",
                    "`Coin`",
                    (fun ctx -> Weighed(Some(ctx |> Context.data Tossed)))
                    "of what is no union",
                    "'Int32'",
                    (fun ctx -> Weighed(Some(ctx |> Context.data (fun (n: int) -> n))))
                ] do
                check $"{name}, fails the run at its first attempt, in a sentence" (fun () -> task {
                    let! ended, tries = asking ask
                    let error = Expect.wantError ended "refused"
                    Expect.equal (CanoError.category error) "workflow" "a mistake"
                    Expect.stringContains error.Message words "named"
                    Expect.equal tries 1 "once"
                })
        ]

    static member Asked = Examples.rows asked

    [<Theory; MemberData("Asked")>]
    [<Trait("ID", "Y43")>]
    member _.``what a body asks of its state is given, or refused at once``(example: Example) =
        Examples.run asked example

    static member Carried = Examples.rows carried

    [<Theory; MemberData("Carried")>]
    [<Trait("ID", "Y36")>]
    member _.``what a case carries comes to its body``(example: Example) =
        Examples.run carried example
