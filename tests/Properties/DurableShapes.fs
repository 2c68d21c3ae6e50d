namespace Cano.Properties

open System
open Cano

/// F# types of every shape that durable data may have.
module DurableShapes =

    type Money = { Amount: decimal; Currency: string }

    /// Fields by the names of older code.
    type Renamed = {
        [<StoredAs "old-name">]
        NewName: int
        Extra: int option
    }

    [<Struct>]
    type Point = { X: float; Y: float32 }

    type Hidden = private {
        Secret: int
    } with

        static member Of secret = { Secret = secret }

    type Shape =
        | Nothing
        | Circle of radius: float
        | Rectangle of width: float * height: float
        | Named of Money * label: string option
        | [<StoredAs "blob">] Bytes of byte[]

    [<Struct>]
    type Signal =
        | Off
        | On of level: int
        | Blinking of span: TimeSpan

    [<CompilationRepresentation(CompilationRepresentationFlags.UseNullAsTrueValue)>]
    type Perhaps =
        | Absent
        | Present of int

    type Tree<'T> =
        | Leaf
        | Node of left: Tree<'T> * value: 'T * right: Tree<'T>

    type Key = { Row: int; Column: Signal }

    /// All of them in one.
    type Everything = {
        Money: Money
        Point: Point
        Hidden: Hidden
        Shapes: Shape list
        Signal: Signal
        Perhaps: Perhaps
        Tree: Tree<string>
        Option: int option
        Nested: int option option
        Unit: unit option
        ValueOption: float voption
        NestedValue: string option voption
        Perhapses: Perhaps option list
        Set: Set<string>
        Map: Map<string, Shape>
        ByNumber: Map<int64, int list>
        ByKey: Map<Key, Set<int>>
        ByPair: Map<int * string, bool>
        Pair: int * Shape option
        StructPair: struct (Signal * string)
        Result: Result<Money, Shape>
        Anonymous: {|
            Name: string
            Deep: {| Depth: int |} option
        |}
        Big: bigint
        Id: Guid
        When: DateTimeOffset
        Array: float[]
    }
