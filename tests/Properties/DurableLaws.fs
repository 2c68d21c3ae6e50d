namespace Cano.Properties

open System
open System.Text.Json
open Cano
open Cano.Properties.DurableShapes
open FsCheck
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

[<AutoOpen>]
module private Gens =

    let any<'T> = ArbMap.defaults |> ArbMap.generate<'T>

/// Whatever a durable store takes it gives back.
type DurableLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    let float =
        Gen.oneof [
            ArbMap.defaults |> ArbMap.generate<float>
            Gen.elements [ nan; infinity; -infinity; -0.0; Double.Epsilon ]
        ]

    let single =
        Gen.oneof [
            ArbMap.defaults |> ArbMap.generate<float32>
            Gen.elements [ nanf; infinityf; -infinityf ]
        ]

    let text = Values.text

    let money =
        Gen.map2 (fun amount currency -> { Amount = amount; Currency = currency }) any<decimal> text

    let option gen = Gen.optionOf gen

    let small gen =
        Gen.choose (0, 3) |> Gen.bind (fun n -> Gen.listOfLength n gen)

    let shape =
        Gen.oneof [
            Gen.constant Nothing
            Gen.map Circle float
            Gen.map2 (fun w h -> Rectangle(w, h)) float float
            Gen.map2 (fun m label -> Named(m, label)) money (option text)
            Gen.map Bytes Values.bytes
        ]

    let signal =
        Gen.oneof [ Gen.constant Off; Gen.map On any<int>; Gen.map Blinking any<TimeSpan> ]

    let perhaps = Gen.oneof [ Gen.constant Absent; Gen.map Present any<int> ]

    let rec tree depth : Gen<Tree<string>> =
        if depth = 0 then
            Gen.constant Leaf
        else
            Gen.frequency [
                1, Gen.constant Leaf
                2, Gen.map3 (fun l v r -> Node(l, v, r)) (tree (depth - 1)) text (tree (depth - 1))
            ]

    let voption gen =
        gen |> option |> Gen.map ValueOption.ofOption

    let everything = gen {
        let! paid = money
        let! x = float
        let! y = single
        let! secret = any<int>
        let! shapes = small shape
        let! signal' = signal
        let! perhaps' = perhaps
        let! tree = tree 6
        let! number = option any<int>
        let! nested = option (option any<int>)
        let! unit = option (Gen.constant ())
        let! valueOption = voption float
        let! nestedValue = voption (option text)
        let! perhapses = small (option perhaps)
        let! set = small text
        let! map = small (Gen.zip text shape)
        let! byNumber = small (Gen.zip Values.int64 (small any<int>))

        let! byKey =
            small (
                Gen.zip
                    (Gen.map2 (fun r c -> { Row = r; Column = c }) any<int> signal)
                    (small any<int>)
            )

        let! byPair = small (Gen.zip (Gen.zip any<int> text) any<bool>)
        let! pair = Gen.zip any<int> (option shape)
        let! label = text
        let! result = Gen.oneof [ Gen.map Ok money; Gen.map Error shape ]
        let! deep = option any<int>
        let! big = any<bigint>
        let! id = any<Guid>
        let! at = any<DateTimeOffset>
        let! numbers = small float

        return {
            Money = paid
            Point = { X = x; Y = y }
            Hidden = Hidden.Of secret
            Shapes = shapes
            Signal = signal'
            Perhaps = perhaps'
            Tree = tree
            Option = number
            Nested = nested
            Unit = unit
            ValueOption = valueOption
            NestedValue = nestedValue
            Perhapses = perhapses
            Set = set |> Set.ofList
            Map = Map.ofList map
            ByNumber = Map.ofList byNumber
            ByKey = byKey |> List.map (fun (key, values) -> key, Set.ofList values) |> Map.ofList
            ByPair = Map.ofList byPair
            Pair = pair
            StructPair = struct (signal', label)
            Result = result
            Anonymous = {|
                Name = label
                Deep = deep |> Option.map (fun depth -> {| Depth = depth |})
            |}
            Big = big * big * big
            Id = id
            When = at
            Array = Array.ofList numbers
        }
    }

    let returned (value: 'T) =
        let store = MemoryStore.Durable()
        store.Put("key", value)
        store.Get<'T> "key"

    let text' (value: 'T) =
        let store = MemoryStore.Durable()
        store.Put("key", value)
        store.Get<JsonElement>("key").GetRawText()

    /// Equal, and stored alike; by their text alone when they hold a NaN, which F# calls unequal to
    /// itself.
    let same (expected: 'T when 'T: equality) (actual: 'T) =
        let stored = text' expected
        Law.equal stored (text' actual)

        if not (stored.Contains "NaN") then
            Law.equal expected actual

    [<Law(500)>]
    member law.``what a durable store takes of F#'s types it gives back``() =
        let cases = [ "some none"; "none"; "not a number"; "a deep tree"; "an error" ]

        law.Holds cases (Arb.fromGen everything) (fun value ->
            same value (returned value)

            let rec depth tree =
                match tree with
                | Leaf -> 0
                | Node(left, _, right) -> 1 + max (depth left) (depth right)

            Law.met [
                "some none", value.Nested = Some None
                "none", value.Nested.IsNone
                "not a number",
                Double.IsNaN value.Point.X
                || value.Shapes |> List.exists (fun it -> it.Equals(Circle nan))
                "a deep tree", depth value.Tree > 3
                "an error", value.Result.IsError
            ])

    [<Law(200)>]
    member law.``appended items come back as a list``() =
        law.Holds [] (Arb.fromGen (small shape)) (fun shapes ->
            let store = MemoryStore.Durable()
            shapes |> List.iter (fun shape -> store.Append("key", shape))

            if not shapes.IsEmpty then
                same shapes (store.Get<Shape list> "key")

            [])

    [<Fact>]
    member _.``values come back by themselves, not only inside others``() =
        same (Some(Some 1)) (returned (Some(Some 1)))
        same (ValueSome None: int option voption) (returned (ValueSome None))
        same (Map [ (1, "a"), Off ]) (returned (Map [ (1, "a"), Off ]))
        same (Choice2Of3 "b": Choice<int, string, unit>) (returned (Choice2Of3 "b"))
        same (1, 2, 3, 4, 5, 6, 7, Circle 8.0, 9) (returned (1, 2, 3, 4, 5, 6, 7, Circle 8.0, 9))
        Assert.True((returned (None: int option)).IsNone)
        Law.equal Absent (returned Absent)

    [<Fact>]
    member _.``two hundred cases deep``() =
        let rec left depth =
            if depth = 0 then
                Leaf
            else
                Node(left (depth - 1), depth, Leaf)

        same (left 200) (returned (left 200))
