// A hand-written API over the sample shop: Gin, go-sqlite3, prepared statements.
package main

import (
	"database/sql"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/mattn/go-sqlite3"
)

type Product struct {
	ID          int64   `json:"id"`
	SKU         string  `json:"sku"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	Price       float64 `json:"price"`
	Stock       int64   `json:"stock"`
	Status      string  `json:"status"`
	CategoryID  int64   `json:"category_id"`
	CreatedAt   string  `json:"created_at"`
}

type Customer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type Line struct {
	Line      int64   `json:"line"`
	ProductID int64   `json:"product_id"`
	Quantity  int64   `json:"quantity"`
	UnitPrice float64 `json:"unit_price"`
}

type Order struct {
	ID        string   `json:"id"`
	Number    string   `json:"number"`
	Status    string   `json:"status"`
	CreatedAt string   `json:"created_at"`
	Customer  Customer `json:"customer"`
	Lines     []Line   `json:"lines"`
}

type StatusCount struct {
	Status       string `json:"status"`
	Count        int64  `json:"count"`
	MaxCreatedAt string `json:"max_created_at"`
}

type NewProduct struct {
	SKU        string   `json:"sku"`
	Name       string   `json:"name"`
	Price      *float64 `json:"price"`
	Stock      int64    `json:"stock"`
	CategoryID int64    `json:"category_id"`
}

const ordersPerPage = 20
const columns = "SELECT id, sku, name, description, price, stock, status, category_id, created_at FROM products"

var skuPattern = regexp.MustCompile("^[A-Z0-9-]{1,40}$")

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func scan(row interface{ Scan(...any) error }, p *Product) error {
	return row.Scan(&p.ID, &p.SKU, &p.Name, &p.Description, &p.Price, &p.Stock, &p.Status, &p.CategoryID, &p.CreatedAt)
}

func main() {
	file := os.Getenv("DATABASE")
	read := must(sql.Open("sqlite3", "file:"+file+"?mode=ro&_query_only=1"))
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	write := must(sql.Open("sqlite3", "file:"+file+"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1"))
	write.SetMaxOpenConns(1)

	product := must(read.Prepare(columns + " WHERE id = ?"))
	products := must(read.Prepare(columns + " WHERE status = ? AND price < ? ORDER BY id DESC LIMIT 20"))
	orders := must(read.Prepare(`
		SELECT o.id, o.number, o.status, o.created_at, u.id, u.name FROM orders o JOIN users u ON u.id = o.customer_id
		WHERE o.customer_id = ? ORDER BY o.created_at DESC, o.id DESC LIMIT 20`))
	marks := strings.TrimSuffix(strings.Repeat("?,", ordersPerPage), ",")
	lines := must(read.Prepare("SELECT order_id, line, product_id, quantity, unit_price FROM order_lines " +
		"WHERE order_id IN (" + marks + ") ORDER BY order_id, line"))
	byStatus := must(read.Prepare(
		"SELECT status, count(*), max(created_at) FROM orders GROUP BY status ORDER BY status"))
	insert := must(write.Prepare(`
		INSERT INTO products (sku, name, price, stock, status, category_id, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, 'draft', ?, 1, ?, ?)`))

	gin.SetMode(gin.ReleaseMode)
	app := gin.New()
	fail := func(c *gin.Context, err error) { c.JSON(http.StatusInternalServerError, gin.H{"detail": err.Error()}) }

	app.GET("/readyz", func(c *gin.Context) { c.Status(http.StatusOK) })
	app.GET("/version", func(c *gin.Context) {
		version, _, _ := sqlite3.Version()
		c.JSON(http.StatusOK, gin.H{"sqlite": version})
	})

	app.GET("/v1/products/:id", func(c *gin.Context) {
		id, err := strconv.ParseInt(c.Param("id"), 10, 64)
		var p Product
		if err == nil {
			err = scan(product.QueryRow(id), &p)
		}
		if err != nil {
			c.Status(http.StatusNotFound)
			return
		}
		c.JSON(http.StatusOK, &p)
	})

	app.GET("/v1/products", func(c *gin.Context) {
		below, _ := strconv.ParseFloat(c.Query("price_lt"), 64)
		rows, err := products.Query(c.Query("status"), below)
		if err != nil {
			fail(c, err)
			return
		}
		defer rows.Close()
		data := make([]Product, 0, 20)
		for rows.Next() {
			var p Product
			if err := scan(rows, &p); err != nil {
				fail(c, err)
				return
			}
			data = append(data, p)
		}
		c.JSON(http.StatusOK, gin.H{"data": data})
	})

	app.GET("/v1/orders", func(c *gin.Context) {
		data, err := readOrders(orders, lines, c.Query("customer_id"))
		if err != nil {
			fail(c, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"data": data})
	})

	app.GET("/v1/orders/by-status", func(c *gin.Context) {
		rows, err := byStatus.Query()
		if err != nil {
			fail(c, err)
			return
		}
		defer rows.Close()
		data := make([]StatusCount, 0, 8)
		for rows.Next() {
			var s StatusCount
			if err := rows.Scan(&s.Status, &s.Count, &s.MaxCreatedAt); err != nil {
				fail(c, err)
				return
			}
			data = append(data, s)
		}
		c.JSON(http.StatusOK, gin.H{"data": data})
	})

	app.POST("/v1/products", func(c *gin.Context) {
		var p NewProduct
		err := c.ShouldBindJSON(&p)
		if err != nil || !skuPattern.MatchString(p.SKU) || p.Name == "" || len(p.Name) > 160 ||
			p.Price == nil || *p.Price < 0 || p.Stock < 0 || p.CategoryID == 0 {
			c.JSON(http.StatusUnprocessableEntity, gin.H{"detail": "not a valid product"})
			return
		}
		now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		result, err := insert.Exec(p.SKU, p.Name, *p.Price, p.Stock, p.CategoryID, now, now)
		if err != nil {
			fail(c, err)
			return
		}
		id, _ := result.LastInsertId()
		c.Header("Location", "/v1/products/"+strconv.FormatInt(id, 10))
		c.Status(http.StatusCreated)
	})

	if err := app.Run("127.0.0.1:" + os.Getenv("PORT")); err != nil {
		panic(err)
	}
}

func readOrders(orders, lines *sql.Stmt, customer string) ([]Order, error) {
	rows, err := orders.Query(customer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	data := make([]Order, 0, ordersPerPage)
	for rows.Next() {
		o := Order{Lines: make([]Line, 0, 4)}
		if err := rows.Scan(&o.ID, &o.Number, &o.Status, &o.CreatedAt, &o.Customer.ID, &o.Customer.Name); err != nil {
			return nil, err
		}
		data = append(data, o)
	}
	ids := make([]any, ordersPerPage)
	byID := make(map[string]*Order, len(data))
	for i := range data {
		ids[i] = data[i].ID
		byID[data[i].ID] = &data[i]
	}
	found, err := lines.Query(ids...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var id string
		var l Line
		if err := found.Scan(&id, &l.Line, &l.ProductID, &l.Quantity, &l.UnitPrice); err != nil {
			return nil, err
		}
		order := byID[id]
		order.Lines = append(order.Lines, l)
	}
	return data, found.Err()
}
