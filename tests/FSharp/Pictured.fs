namespace Cano.FSharp.Tests

open System
open System.Threading
open System.Threading.Tasks
open System.Xml.Linq
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// What notebooks and pages show.
type Pictured() =

    static let number (part: XElement) (name: string) =
        float (nonNull (part.Attribute(XName.Get name))).Value

    static let parts (svg: string) (name: string) =
        let root = nonNull (XDocument.Parse(svg).Root)
        [ yield! root.Elements(root.Name.Namespace + name) ]

    /// Left, top, right and bottom of the boxes; the first one is the ground.
    static let boxes svg =
        match parts svg "rect" with
        | [] -> failwith "A picture without ground."
        | ground :: boxes ->
            let size = number ground "width", number ground "height"

            size,
            [
                for box in boxes ->
                    let x, y = number box "x", number box "y"
                    x, y, x + number box "width", y + number box "height"
            ]

    static let texts svg = parts svg "text" |> List.map _.Value

    /// States with random ways between them, and names that markup would take for its own.
    static let random (seed: int) =
        let chance = Random seed
        let exits = [ "out"; "gone & <lost>" ]
        let states = [ for i in 0 .. chance.Next 12 -> $"<state> & \"{i}\"" ]
        let all = Array.ofList (states @ exits)

        let register (workflow: Workflow<string>) name =
            let ways = [ for _ in 0 .. chance.Next 3 -> all[chance.Next all.Length] ]

            workflow.Register(
                name,
                Func<TaskContext, CancellationToken, ValueTask<string>>(fun _ _ ->
                    ValueTask<_> exits.Head),
                TaskConfig.Minimal,
                ways
            ),
            List.distinct ways |> List.length

        let workflow, ways =
            ((workflow { name "random" }, 0), states)
            ||> List.fold (fun (workflow, count) name ->
                let workflow, more = register workflow name
                workflow, count + more)

        workflow.AddExitStates exits, List.ofArray all, ways

    static let pictures =
        testList "pictures" [
            test "every state has a box of its own, and every declared way an arrow" {
                for seed in 0..299 do
                    let workflow, all, ways = random seed
                    let svg = Html.workflow workflow
                    let (width, height), boxes = boxes svg
                    Expect.equal boxes.Length all.Length $"boxes, seed {seed}"
                    Expect.containsAll (texts svg) all $"names, seed {seed}"
                    Expect.equal (parts svg "path").Length ways $"arrows, seed {seed}"

                    for i, (left, top, right, bottom) in List.indexed boxes do
                        Expect.isTrue
                            (left >= 0 && top >= 0 && right <= width && bottom <= height)
                            $"inside, seed {seed}"

                        for left', top', right', bottom' in List.skip (i + 1) boxes do
                            Expect.isFalse
                                (left < right' && left' < right && top < bottom' && top' < bottom)
                                $"apart, seed {seed}"
            }
            check "a bar is as long as the run was in its state" (fun () -> task {
                let time = VirtualTime()

                let slow = workflow {
                    name "slow"

                    state "first" (fun ctx -> task {
                        do!
                            Task.Delay(
                                TimeSpan.FromSeconds 1.,
                                ctx.TimeProvider,
                                ctx.CancellationToken
                            )

                        return "second"
                    })

                    state "second" (fun ctx -> task {
                        do!
                            Task.Delay(
                                TimeSpan.FromSeconds 3.,
                                ctx.TimeProvider,
                                ctx.CancellationToken
                            )

                        return "done"
                    })

                    exit "done"
                }

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time)) |> Engine.add slow

                let! run = engine |> Engine.start slow "first" "slow-1"
                let! _ = time.RunAsync(Run.completion (Expect.wantOk run "begun"))
                let! rows = engine |> Engine.history "slow-1"
                let svg = Html.timeline (Expect.wantOk rows "rows")
                let _, bars = boxes svg

                let lengths = [ for left, _, right, _ in List.truncate 2 bars -> right - left ]
                Expect.floatClose Accuracy.low lengths[1] (3. * lengths[0]) "three times as long"

                Expect.containsAll
                    (texts svg)
                    [ "first"; "second"; "done"; "1 s"; "3 s" ]
                    "what it says"
            })
            test "a run without rows is a picture without bars" {
                Expect.isEmpty (snd (boxes (Html.timeline []))) "no bars"
            }
        ]

    static member Pictures = Examples.rows pictures

    [<Theory; MemberData("Pictures")>]
    [<Trait("ID", "Y40")>]
    member _.``what is drawn is what there is``(example: Example) = Examples.run pictures example
