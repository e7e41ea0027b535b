;; What ends a training step that several threads computed, on ranges of arrays of float32 in memory that all of them share.
;; Addresses and lengths are in bytes; a range is a multiple of 16 bytes.
(module
  (memory (import "team" "memory") 1 65536 shared)

  ;; out[i] = Σₘ share[m]·gradient[m][i] for i in [from, to), in the members' order; returns Σ out[i]².
  ;; The gradients lie `stride` apart, the shares are float32 one after another.
  (func (export "gather")
    (param $gradients i32) (param $stride i32) (param $members i32) (param $shares i32)
    (param $out i32) (param $from i32) (param $to i32) (result f64)
    (local $at i32) (local $m i32) (local $sum v128) (local $squares v128) (local $wide v128)
    (local.set $at (local.get $from))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $sum (v128.const f32x4 0 0 0 0))
        (local.set $m (i32.const 0))
        (loop $member
          (local.set $sum
            (f32x4.add
              (local.get $sum)
              (f32x4.mul
                (f32x4.splat (f32.load (i32.add (local.get $shares) (i32.shl (local.get $m) (i32.const 2)))))
                (v128.load
                  (i32.add
                    (i32.add (local.get $gradients) (local.get $at))
                    (i32.mul (local.get $m) (local.get $stride)))))))
          (local.set $m (i32.add (local.get $m) (i32.const 1)))
          (br_if $member (i32.lt_u (local.get $m) (local.get $members))))
        (v128.store (i32.add (local.get $out) (local.get $at)) (local.get $sum))
        (local.set $wide (f64x2.promote_low_f32x4 (local.get $sum)))
        (local.set $squares
          (f64x2.add (local.get $squares) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $wide
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $sum) (local.get $sum))))
        (local.set $squares
          (f64x2.add (local.get $squares) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (f64.add (f64x2.extract_lane 0 (local.get $squares)) (f64x2.extract_lane 1 (local.get $squares))))

  ;; AdamW on [from, to): m ← β₁m + g, v ← β₂v + g², p ← kept·p − rate·m/(√v + ε), with g shortened first.
  (func (export "step")
    (param $parameters i32) (param $first i32) (param $second i32) (param $gradient i32)
    (param $from i32) (param $to i32)
    (param $shorten f32) (param $beta1 f32) (param $beta2 f32) (param $rate f32) (param $epsilon f32) (param $kept f32)
    (local $at i32) (local $g v128) (local $m v128) (local $v v128)
    (local.set $at (local.get $from))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $g
          (f32x4.mul
            (v128.load (i32.add (local.get $gradient) (local.get $at)))
            (f32x4.splat (local.get $shorten))))
        (local.set $m
          (f32x4.add
            (f32x4.mul (v128.load (i32.add (local.get $first) (local.get $at))) (f32x4.splat (local.get $beta1)))
            (local.get $g)))
        (local.set $v
          (f32x4.add
            (f32x4.mul (v128.load (i32.add (local.get $second) (local.get $at))) (f32x4.splat (local.get $beta2)))
            (f32x4.mul (local.get $g) (local.get $g))))
        (v128.store (i32.add (local.get $first) (local.get $at)) (local.get $m))
        (v128.store (i32.add (local.get $second) (local.get $at)) (local.get $v))
        (v128.store
          (i32.add (local.get $parameters) (local.get $at))
          (f32x4.sub
            (f32x4.mul
              (v128.load (i32.add (local.get $parameters) (local.get $at)))
              (f32x4.splat (local.get $kept)))
            (f32x4.mul
              (f32x4.div
                (local.get $m)
                (f32x4.add (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $epsilon))))
              (f32x4.splat (local.get $rate)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))))
