namespace Cano.Properties

open System.Text.Json
open Cano
open Expecto
open Cano.Properties.DurableShapes
open global.Xunit

/// What is read from JSON text.
[<RequireQualifiedAccess>]
module private Text =

    let read<'T> (text: string) =
        let store = MemoryStore.Durable()
        store.Put("order", JsonDocument.Parse(text).RootElement)
        store.Get<'T> "order"

    let readAs text (value: 'T) = test text { Law.equal value (read<'T> text) }

    /// The message of a refusal has the key and all of the words.
    let refusal (act: unit -> unit) (words: string list) =
        let thrown = Assert.Throws<CanoException>(fun () -> act ())
        Law.equal "store" thrown.Error.Category

        for word in "'order'" :: words do
            Assert.Contains(word, thrown.Error.Message)

    let refused<'T> text words = test text { refusal (fun () -> read<'T> text |> ignore) words }

/// The stored text of F#'s types, and how text that does not fit is refused. Changing the text
/// strands the data of old runs.
type DurableText() =

    static let stored text (value: 'T) = test text {
        let store = MemoryStore.Durable()
        store.Put("key", value)
        Law.equal text (store.Get<JsonElement>("key").GetRawText())
        Assert.True((box value).Equals(Text.read<'T> text), $"%A{value} was not read from {text}")
    }

    static let unfit name (value: 'T) words = test name {
        let store = MemoryStore.Durable()
        Text.refusal (fun () -> store.Put("order", value)) words
        Assert.False(store.Contains "order")
    }

    static let noShape = Unchecked.defaultof<Shape>

    static let rec right depth =
        if depth = 0 then
            Leaf
        else
            Node(Leaf, depth, right (depth - 1))

    static let texts =
        testList "stored" [
            testList "a case without fields is its name, one with fields an object of them" [
                stored "\"Nothing\"" Nothing
                stored """{"Circle":{"radius":1.5}}""" (Circle 1.5)
                stored """{"Rectangle":{"width":1,"height":"NaN"}}""" (Rectangle(1.0, nan))

                stored
                    """{"Named":{"Item1":{"Amount":9.50,"Currency":"EUR"},"label":null}}"""
                    (Named({ Amount = 9.50m; Currency = "EUR" }, None))

                stored """[{"On":{"level":3}},"Off"]""" [ On 3; Off ]
                stored """{"Node":{"left":"Leaf","value":1,"right":"Leaf"}}""" (Node(Leaf, 1, Leaf))
                stored """{"Ok":{"ResultValue":1}}""" (Ok 1: Result<int, string>)
                stored """{"Error":{"ErrorValue":"no"}}""" (Error "no": Result<int, string>)
                stored """{"Present":{"Item":1}}""" (Present 1)
                stored """["Absent"]""" [ Absent ]
            ]
            testList "a record is an object of its fields" [
                stored """{"Amount":1.0,"Currency":"\u20AC"}""" { Amount = 1.0m; Currency = "€" }
                stored """{"X":"Infinity","Y":"-Infinity"}""" { X = infinity; Y = -infinityf }
                stored """{"Secret":7}""" (Hidden.Of 7)
                stored """{"Deep":{"Depth":2},"Name":"a"}""" {|
                    Name = "a"
                    Deep = {| Depth = 2 |}
                |}
                stored """{"A":1}""" (struct {| A = 1 |})
            ]
            testList "None is null, and Some its content, in a list where that can be null" [
                stored "[null,1]" [ None; Some 1 ]
                stored "[null,[null],[1]]" [ None; Some None; Some(Some 1) ]
                stored "[null,[null]]" [ None; Some() ]
                stored "[null,[[[null]]]]" [ ValueNone; ValueSome(Some(Some())) ]
                stored """[null,["Absent"]]""" [ None; Some Absent ]
            ]
            testList "maps are objects, or pairs where their keys are no names" [
                stored """{"a":1}""" (Map [ "a", 1 ])
                stored """{"-1":"Nothing"}""" (Map [ -1L, Nothing ])

                stored
                    """[[{"Row":1,"Column":"Off"},[1,2]]]"""
                    (Map [ { Row = 1; Column = Off }, set [ 2; 1 ] ])

                stored """[[{"Item1":1,"Item2":"a"},true]]""" (Map [ (1, "a"), true ])
                stored "[[null,1],[2,3]]" (Map [ None, 1; Some 2, 3 ])
                stored "[[true,1]]" (Map [ true, 1 ])
            ]
            testList "tuples are objects of their items, and large numbers text" [
                stored """{"Item1":1,"Item2":{"Circle":{"radius":2}}}""" (1, Circle 2.0)
                stored """{"Item1":1,"Item2":"Off"}""" (struct (1, Off))
                stored "\"-123456789012345678901234567890\"" -123456789012345678901234567890I
            ]
            testList "StoredAs names fields and cases" [
                stored """{"old-name":1,"Extra":null}""" { NewName = 1; Extra = None }
                stored """{"blob":{"Item":"AQI="}}""" (Bytes [| 1uy; 2uy |])
            ]
        ]

    static let newer =
        testList "read" [
            Text.readAs """{"old-name":1}""" { NewName = 1; Extra = None }
            Text.readAs """{"New":[{}],"Currency":"","Amount":1}""" { Amount = 1m; Currency = "" }
            Text.readAs """{"Nothing":{"later":1}}""" Nothing
        ]

    static let unread =
        testList "refused" [
            testList "as a shape" [
                Text.refused<Shape> "\"Hexagon\"" [ "Shape"; "'Hexagon'" ]
                Text.refused<Shape> """{"Hexagon":{}}""" [ "Shape"; "'Hexagon'" ]
                Text.refused<Shape> """{"Circle":{}}""" [ "Shape.Circle"; "'radius' "; "missing" ]
                Text.refused<Shape> "\"Circle\"" [ "Shape.Circle"; "'radius'"; "missing" ]
                Text.refused<Shape> """{"Circle":null}""" [ "Shape.Circle" ]
                Text.refused<Shape> """{"Circle":{"radius":null}}""" [ "Shape"; "Double" ]
                Text.refused<Shape> """{"Circle":{"radius":1,"radius":1}}""" [ "'radius'"; "twice" ]
                Text.refused<Shape> """{"Circle":{"radius":1},"Nothing":{}}""" [ "Circle" ]
                Text.refused<Shape> "{}" [ "Shape" ]
                Text.refused<Shape> "null" [ "Shape"; "Null" ]
                Text.refused<Shape> """{"Named":{"Item1":null,"label":null}}""" [
                    "Shape.Named"
                    "'Item1'"
                ]
                Text.refused<Shape> """{"blob":{"Item":null}}""" [ "'Item'"; "Shape.Bytes" ]
            ]
            testList "as a container" [
                Text.refused<Shape list> "[null]" [ "Shape" ]
                Text.refused<Map<int * int, int>> "[[1]]" []
                Text.refused<Map<bool, int>> "[[true]]" [ "pairs" ]
                Text.refused<int option option> "1" [ "list of one" ]
                Text.refused<Result<Shape, int>> """{"Ok":{"ResultValue":null}}""" [ "Shape" ]
            ]
            testList "as an amount of money" [
                Text.refused<Money> """{"Amount":1}""" [ "Money"; "'Currency'" ]
                Text.refused<Money> """{"Amount":1,"Currency":null}""" [ "Money"; "'Currency'" ]
                Text.refused<Money> "null" [ "Money" ]
            ]
        ]

    static let unfitting =
        testList "refused" [
            unfit "null in place of a shape" noShape [ "Shape" ]
            unfit "null in a list of shapes" [ noShape ] [ "Shape" ]
            unfit "null in a field" (Named(Unchecked.defaultof<Money>, None)) [
                "Shape.Named"
                "'Item1'"
            ]
            unfit "Some of null" (Some(Unchecked.defaultof<string>)) [ "null" ]
            unfit "Ok of null" (Ok noShape: Result<Shape, int>) [ "Shape" ]
            unfit "a function in a field" {| Act = fun (n: int) -> n |} [ "function" ]
            unfit "a function" (Present: int -> Perhaps) [ "function" ]
            unfit "a tree that is too deep" (right 600) [ "Tree" ]
        ]

    static member Texts = Examples.rows texts

    [<Theory; MemberData("Texts")>]
    member _.``a value has one text, from which it is read``(example: Example) =
        Examples.run texts example

    static member Newer = Examples.rows newer

    [<Theory; MemberData("Newer")>]
    member _.``what newer code added may be missing when it is an option, and is skipped when it is not known``
        (example: Example)
        =
        Examples.run newer example

    static member Unread = Examples.rows unread

    [<Theory; MemberData("Unread")>]
    member _.``what is missing, unknown or null is refused by key, type and field``
        (example: Example)
        =
        Examples.run unread example

    static member Unfitting = Examples.rows unfitting

    [<Theory; MemberData("Unfitting")>]
    member _.``what cannot be stored is refused when it is put, by key and type``
        (example: Example)
        =
        Examples.run unfitting example
