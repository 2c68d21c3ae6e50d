namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// States of which a function says more than one may.
[<RequireQualifiedAccess>]
type Held =
    | Asked of lines: string list * limit: int
    | Waiting of days: int * text: string
    | Fanning of lines: string list
    | Given of text: string

/// Data of which nothing can be made up.
[<RequireQualifiedAccess>]
type Locked =
    | By of IDisposable
    | Given of text: string
    | Open

/// Workflows by one total function.
type Totals() =

    static let order =
        Workflow.total (function
            | Parcel.Packed items ->
                Handle.run (fun _ -> async { return Parcel.Weighed(List.length items, items) })
            | Parcel.Weighed(weight, _) when weight > 0 ->
                Handle.run (fun ctx -> task { return Parcel.Sent $"{ctx.State} {weight}" })
            | Parcel.Weighed(_, items) ->
                Handle.run (fun _ -> task { return Parcel.Sent $"nothing of {items.Length}" })
            | Parcel.Sent _ -> Handle.exit)

    static let totals =
        testList "totals" [
            check "of a union, whose cases are known" (fun () -> task {
                do!
                    order
                    |> Workflow.run (Parcel.Packed [ "pen"; "ink" ])
                    |> ended (Parcel.Sent "Weighed 2")

                do! order |> Workflow.run (Parcel.Packed []) |> ended (Parcel.Sent "nothing of 0")
            })
            check "of states that are listed" (fun () -> task {
                let order =
                    Workflow.total [ "reserve"; "charge"; "done" ] (function
                        | "reserve" ->
                            Handle.router (fun _ -> "charge") |> Handle.edges [ "charge" ]
                        | "charge" ->
                            Handle.compensate
                                (fun ctx -> task { return "done", ctx.Attempt })
                                (fun _ _ -> Task.CompletedTask)
                            |> Handle.attempts TaskConfig.Minimal
                            |> Handle.undo TaskConfig.Default
                        | _ -> Handle.exit)

                do! order |> Workflow.run "reserve" |> ended "done"
                Expect.equal (Workflow.states order) [ "reserve"; "charge" ] "those with work"
            })
            check "with every kind of work" (fun () -> task {
                let time = VirtualTime()

                let greeting =
                    Workflow.total [ "greet"; "greeted" ] (function
                        | "greet" -> Handle.run (fun ctx -> task { return ctx.State + "ed" })
                        | _ -> Handle.exit)
                    |> Workflow.withName "greeting"

                let all =
                    Workflow.total [ "a"; "b"; "c"; "d"; "e"; "f"; "g"; "h"; "i" ] (function
                        | "a" -> Handle.calculate (fun _ -> "b")
                        | "b" -> Handle.poll (fun _ -> task { return Poll.ready "c" })
                        | "c" ->
                            Handle.stepped (fun _ cursor -> async {
                                return if cursor = Some 2 then Step.finish "d" else Step.more 2
                            })
                        | "d" -> Handle.timer (TimeSpan.FromHours 1.) "e"
                        | "e" -> Handle.wait (Wait.empty |> Wait.after (TimeSpan.FromHours 1.) "f")
                        | "f" ->
                            Handle.split
                                [ Branch.task "one" (fun _ -> task { return "x" }) ]
                                (Join.all "g")
                        | "g" ->
                            Handle.each
                                (fun _ -> [ 1; 2 ])
                                (fun _ item -> ValueTask<_>(item + 1))
                                Join.all
                                (fun _ results -> if results.Total = 2 then "h" else "a")
                        | "h" ->
                            Handle.child greeting "greet" (fun _ ended ->
                                if ended.IsSuccess then "i" else "a")
                        | _ -> Handle.exit)
                    |> Workflow.withName "all"

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time)) |> Engine.add all

                let! run = engine |> Engine.start all "a" "run-1"
                do! time.RunAsync(Run.completion (Expect.wantOk run "begun")) |> ended "i"
            })
            test "of a type that is no union, the states are to be listed" {
                let write () =
                    Workflow.total (fun (_: int) -> Handle.exit) |> ignore

                Assert.Throws<ArgumentException> write |> ignore
            }
        ]

    static let approval = Signal<bool> "approval"

    /// A workflow whose one state has the handle.
    static let held (handle: Held -> Handle<Held>) =
        Workflow.total (function
            | Held.Asked _ as asked -> handle asked
            | Held.Waiting _
            | Held.Fanning _
            | Held.Given _ -> Handle.exit)

    static let mistaken parts (write: unit -> Workflow<'S>) =
        let thrown = Assert.Throws<CanoException>(fun () -> write () |> ignore)
        Expect.equal thrown.Error.Category "configuration" "before any run"

        for part in parts do
            Expect.stringContains thrown.Error.Message part "says so"

    static let carried =
        testList "carried" [
            check "a field may be used beside the functions, and is that of the visit" (fun () -> task {
                let order =
                    held (function
                        | Held.Asked(lines, limit) ->
                            let text = $"{List.head lines} of {100 / limit}"
                            Handle.run (fun _ -> task { return Held.Given text })
                        | _ -> Handle.exit)

                do!
                    order
                    |> Workflow.run (Held.Asked([ "pen"; "ink" ], 5))
                    |> ended (Held.Given "pen of 20")
            })
            check "what undoes a step has its fields" (fun () -> task {
                let undone = ResizeArray<string>()

                let order =
                    Workflow.total (function
                        | Held.Asked(lines, _) ->
                            Handle.compensate
                                (fun _ -> task { return Held.Fanning lines, lines.Length })
                                (fun _ output -> task { undone.Add $"{lines}: {output}" })
                        | Held.Fanning _ ->
                            Handle.run (fun _ -> task { return failwith "broken" })
                            |> Handle.attempts TaskConfig.Minimal
                        | Held.Waiting _
                        | Held.Given _ -> Handle.exit)

                let! ended = order |> Workflow.run (Held.Asked([ "pen" ], 0))
                let error = Expect.wantError ended "it broke"
                Expect.equal (string error.Fault) "Exception: broken" "undone"
                Expect.sequenceEqual undone [ "[pen]: 1" ] "the field and the output"
            })
            check "a timer, a wait, a split and each have the fields of their visit" (fun () -> task {
                let time = VirtualTime()

                let order =
                    Workflow.total (function
                        | Held.Asked(lines, limit) ->
                            Handle.timer
                                (TimeSpan.FromHours(float limit))
                                (Held.Waiting(limit, String.concat "+" lines))
                        | Held.Waiting(days, text) ->
                            Handle.wait (
                                Wait.empty
                                |> Wait.on approval (fun _ yes ->
                                    Held.Given $"{yes} {text} {days}")
                                |> Wait.after
                                    (TimeSpan.FromDays 1.)
                                    (Held.Fanning [ text; string days ])
                            )
                        | Held.Fanning lines ->
                            Handle.each
                                (fun _ -> lines)
                                (fun _ line -> task { return $"{line}/{lines.Length}" })
                                Join.all
                                (fun _ results ->
                                    let given = [ for one in results.Succeeded -> one.Value ]
                                    Held.Given $"{given} of {lines}")
                        | Held.Given _ -> Handle.exit)
                    |> Workflow.withName "held"

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
                    |> Engine.add order

                let start = time.GetUtcNow()

                let run id = task {
                    let! run = engine |> Engine.start order (Held.Asked([ "pen"; "ink" ], 5)) id
                    return Expect.wantOk run "begun"
                }

                let! expiring = run "order-1"

                do!
                    time.RunAsync(Run.completion expiring)
                    |> ended (Held.Given "[pen+ink/2; 5/2] of [pen+ink; 5]")

                Expect.equal (time.GetUtcNow() - start) (TimeSpan.FromHours 29.) "both waits"
                let! answered = run "order-2"
                let! sent = answered |> Run.signal approval true
                Expect.isOk sent "accepted"

                do! time.RunAsync(Run.completion answered) |> ended (Held.Given "True pen+ink 5")
            })
            check "branches are those of the visit" (fun () -> task {
                let order =
                    Workflow.total (function
                        | Held.Asked(lines, _) ->
                            Handle.split
                                [
                                    for line in lines ->
                                        Branch.task line (fun _ -> task { return Held.Given "" })
                                ]
                                (Join.all (Held.Fanning []))
                        | Held.Fanning _ ->
                            Handle.run (fun ctx -> task {
                                let split = Context.splitResult ctx |> Option.get
                                return Held.Given $"{split.Successes.Count} branches"
                            })
                        | Held.Waiting _
                        | Held.Given _ -> Handle.exit)

                do!
                    order
                    |> Workflow.run (Held.Asked([ "a"; "b"; "c" ], 0))
                    |> ended (Held.Given "3 branches")
            })
            check "patterns of one kind of work, whatever they answer by" (fun () -> task {
                let order =
                    held (function
                        | Held.Asked([], _) -> Handle.run (fun _ -> async { return Held.Given "" })
                        | Held.Asked(line :: _, _) ->
                            Handle.run (fun _ -> task { return Held.Given line })
                        | _ -> Handle.exit)

                do! order |> Workflow.run (Held.Asked([], 0)) |> ended (Held.Given "")
                do! order |> Workflow.run (Held.Asked([ "a" ], 0)) |> ended (Held.Given "a")
            })
            test "a guard that chooses other work is refused, by its case" {
                mistaken [ "'Asked'"; "an exit"; "Single"; "fun ctx ->" ] (fun () ->
                    held (function
                        | Held.Asked(_, limit) when limit > 0 -> Handle.exit
                        | _ -> Handle.run (fun _ -> task { return Held.Given "" })))
            }
            test "so are two patterns that say different things of a case" {
                mistaken [ "'Asked'"; "Exponential(5)"; "Exponential(3)" ] (fun () ->
                    held (function
                        | Held.Asked([], _) -> Handle.run (fun _ -> task { return Held.Given "" })
                        | _ ->
                            Handle.run (fun _ -> task { return Held.Given "" })
                            |> Handle.attempts (TaskConfig.Default.WithExponentialRetry 5)))

                mistaken [ "'Asked'"; "'Packed [\"\"]'" ] (fun () ->
                    held (function
                        | Held.Asked(lines, _) ->
                            Handle.child
                                (order |> Workflow.withName "child")
                                (Parcel.Packed lines)
                                (fun _ _ -> Held.Given "")
                        | _ -> Handle.exit))
            }
            test "what cannot be made up is told, by its case, with all others" {
                mistaken [ "'By'"; "NullReferenceException"; "'Given'"; "fun ctx ->" ] (fun () ->
                    Workflow.total (function
                        | Locked.By lock ->
                            let kind = lock.GetType().Name
                            Handle.run (fun _ -> task { return Locked.Given kind })
                        | Locked.Given text -> failwith text
                        | Locked.Open -> Handle.exit))
            }
            check "a guard that no made-up data shows fails the run, at once" (fun () -> task {
                let mutable asked = 0

                let order =
                    held (function
                        | Held.Asked(_, 41) ->
                            asked <- asked + 1

                            Handle.compensate
                                (fun _ -> task { return Held.Given "", 1 })
                                (fun _ _ -> Task.CompletedTask)
                        | Held.Asked(_, 42) ->
                            asked <- asked + 1
                            Handle.exit
                        | _ -> Handle.run (fun _ -> task { return Held.Given "" }))

                for limit in [ 41; 42 ] do
                    let! outcome = order |> Workflow.run (Held.Asked([], limit))
                    let error = Expect.wantError outcome "refused"
                    Expect.equal (CanoError.category error) "workflow" "no other attempt helps"
                    Expect.stringContains error.Message "'Asked'" "named"

                Expect.equal asked 2 "one attempt each"
            })
            check "so does all else that is said otherwise of rare data" (fun () -> task {
                let mutable worked = 0

                let order =
                    Workflow.total (function
                        | Held.Asked(_, limit) ->
                            Handle.run (fun _ -> task {
                                worked <- worked + 1
                                return failwith "down"
                            })
                            |> Handle.attempts (
                                if limit > 100 then
                                    TaskConfig.Minimal
                                else
                                    TaskConfig.Default.WithFixedRetry(2, TimeSpan.Zero)
                            )
                        | Held.Fanning lines ->
                            Handle.each
                                (fun _ -> lines)
                                (fun _ line -> task { return String.length line })
                                (Join.quorum (if lines.Length > 3 then 9 else 2))
                                (fun _ _ -> Held.Given "")
                        | Held.Waiting(_, text) when text = "rare" ->
                            Handle.timer TimeSpan.Zero (Held.Given(string text[9]))
                        | Held.Waiting(_, text) ->
                            let first = if text.Length > 3 then text[9] else ' '
                            Handle.run (fun _ -> task { return Held.Given $"{first}" })
                        | Held.Given _ -> Handle.exit)

                for state, told in
                    [
                        Held.Asked([], 500), "'Asked'"
                        Held.Fanning [ "a"; "b"; "c"; "d" ], "'Fanning'"
                        Held.Waiting(0, "rare"), "'Waiting'"
                        Held.Waiting(0, "long"), "IndexOutOfRangeException"
                    ] do
                    let! outcome = order |> Workflow.run state
                    let error = Expect.wantError outcome "refused"
                    Expect.equal (CanoError.category error) "workflow" "no other attempt helps"
                    Expect.stringContains error.Message told "named"

                Expect.equal worked 0 "no body ran"
            })
        ]

    static member Totals = Examples.rows totals

    [<Theory; MemberData("Totals")>]
    [<Trait("ID", "Y37")>]
    member _.``one total function is a workflow``(example: Example) = Examples.run totals example

    static member Carried = Examples.rows carried

    [<Theory; MemberData("Carried")>]
    [<Trait("ID", "Y41")>]
    member _.``all that is said of a case is said once``(example: Example) =
        Examples.run carried example
